"""Linear networks on the Gaussian-mixed hypercube ([FC] §6, Tables 1 and 2, Figure 2)."""
