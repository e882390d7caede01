"""The data that the networks are trained on."""
