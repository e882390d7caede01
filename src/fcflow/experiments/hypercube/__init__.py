"""What every experiment on the Gaussian-mixed hypercube shares: matrices, points, and the columns that name a run."""
