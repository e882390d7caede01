"""The least vector under linear inequalities, for exact perturbations of small networks."""

import numpy as np
from scipy.optimize import nnls


def least_norm(G, h):
    """Least ‖e‖ with G e ≥ h, by least squares over a cone (Lawson and Hanson 1974, ch. 23)."""
    E = np.vstack([G.T, h])
    target = np.zeros(len(E))
    target[-1] = 1.0
    weights, _ = nnls(E, target)
    residual = target - E @ weights
    if np.linalg.norm(residual) < 1e-9:
        return np.inf
    return float(np.linalg.norm(residual[:-1] / residual[-1]))
