"""ReLU networks on the Gaussian-mixed hypercube ([FC] §4 and §6, Tables 3 and 4)."""
