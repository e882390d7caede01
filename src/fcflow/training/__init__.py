"""Training of the networks: faster than in plain PyTorch, with equal results up to rounding."""
