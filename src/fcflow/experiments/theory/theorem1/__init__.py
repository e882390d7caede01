"""Theorem 1: networks that interpolate d Gaussian points of d classes ([FC] §2)."""
