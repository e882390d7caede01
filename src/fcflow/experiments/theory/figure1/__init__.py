"""Figure 1: the direction of the optimal classifier and that of a network ([FC] §5)."""
