"""Attacks to set beside the least perturbation: the paper's, and a published one ([FC] §5, §6)."""
