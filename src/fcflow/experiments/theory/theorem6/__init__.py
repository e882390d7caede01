"""Theorem 6: exponentially many points of two classes ([FC] §3)."""
