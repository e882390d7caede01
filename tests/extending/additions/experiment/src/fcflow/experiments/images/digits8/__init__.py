"""Digits of 8 × 8 pixels and a small dense network, as an example of an experiment of one's own."""
