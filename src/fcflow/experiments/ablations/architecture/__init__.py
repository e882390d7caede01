"""Depth, width and activation beyond the papers'."""
