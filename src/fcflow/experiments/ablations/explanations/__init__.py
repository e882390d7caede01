"""Which explanation predicts the least perturbation of networks that were held out."""
