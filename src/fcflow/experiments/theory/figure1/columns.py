"""What Figure 1's example holds: what was measured, and the arrays that are drawn."""

from fcflow.artifacts.schema import ArraysSchema, declare, real, text

EXAMPLE = declare("figure 1 example", "train_example", {"quantity": text(), "value": real()})
# The matrix A [2, 2], and what the network computes: W [2, 2] and b [2].
ARRAYS = ArraysSchema("train_example", ("A", "W", "b"))

POINT = 3  # the number among the corners of z = (1, 1), at which is measured
