"""Dimension laws on networks that classify: training on fresh points until no error is left."""
