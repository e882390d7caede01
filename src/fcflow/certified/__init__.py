"""Radii within which a network provably keeps its answer."""
