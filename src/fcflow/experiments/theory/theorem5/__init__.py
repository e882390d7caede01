"""Theorem 5: arbitrary last layers behind Gaussian layers ([FC] §2)."""
