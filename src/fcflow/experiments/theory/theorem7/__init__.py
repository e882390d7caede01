"""Theorem 7: Gaussian gradients, and its first-order statement on trained networks ([FC] §4)."""
