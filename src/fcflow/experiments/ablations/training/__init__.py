"""Compression while a network learns, from its initial weights on."""
