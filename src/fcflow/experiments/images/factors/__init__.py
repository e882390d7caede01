"""Why some pairs are more fragile than others: the four factors of ‖e‖ over half the distance."""
