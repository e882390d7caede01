"""Pairs of inputs of different classes: nearest ones, of two classes, or listed in a file."""
