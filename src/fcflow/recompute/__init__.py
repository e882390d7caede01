"""Rows of results drawn again from their seeds, by routes that share no arithmetic with them.

Only random numbers and stored weights are the package's own; what is computed from them is computed
with PyTorch's layers, its automatic derivatives, decompositions and loops over single points.
"""

from fcflow.extras import require

require("pandas")
