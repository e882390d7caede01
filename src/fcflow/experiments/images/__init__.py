"""Trained classifiers, and pairs of images between which their answer changes ([FC] §6)."""
