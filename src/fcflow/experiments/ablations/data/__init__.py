"""Data that are not Gaussian: entries of A of other distributions, points off the corners."""
