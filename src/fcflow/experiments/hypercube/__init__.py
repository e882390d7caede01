"""What experiments on the Gaussian-mixed hypercube share: studies, data, runs, figures' parts."""
