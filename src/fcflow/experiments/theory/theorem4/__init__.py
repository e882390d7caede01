"""Theorem 4: Theorem 1 where the points come from Gaussian generator layers ([FC] §2)."""
