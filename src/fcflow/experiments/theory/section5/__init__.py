"""Section 5: the path integral of the gradient is the change of the gap ([FC] §5, (8))."""
