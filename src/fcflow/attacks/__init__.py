"""Attacks to set beside the least perturbation: the paper's, and a published one as a check ([FC] §5 and §6)."""
