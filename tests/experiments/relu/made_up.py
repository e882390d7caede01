"""Tables of ReLU networks made up so that every claim holds."""

import pandas as pd

from fcflow.experiments.relu.columns import EXPERIMENTS, POINTS, SEGMENTS

_NET = {"d": 12, "column_scale": 5.0, "seed": 1, "hidden": 3000, "batch_size": 64, "depth": 1}
_USUAL = dict.fromkeys(EXPERIMENTS.frame.columns, 0)
_USUAL |= {"enumerated": True, "n_points": 4096, "valid": True, "converged": True}
_USUAL |= {"n_gradients": 19}


def claim_tables():
    """Return the tables that claims are decided from."""
    networks = [
        {**_USUAL, **_NET, "study": study, "depth": depth, "run": run, "rho_mean": 0.3 + run / 500}
        for study, depth in (("table3", 1), ("depth", 1), ("depth", 2))
        for run in range(20)
    ]
    segments = [
        {**_NET, "study": "table3", "run": run, "alpha": alpha, "cos_theta": rho, "rho": rho}
        | {"rho2": 0.5, "gradient_norm": 1.0, "gap": 1.0}
        for alpha in (0.0, 0.5, 1.0)
        for run in range(20)
        for rho in [0.32 + run / 1000 + alpha / 1000]
    ]
    points = [
        dict.fromkeys(POINTS.frame.columns, 0)
        | {**_NET, "study": "table4", "run": run, "point": point, "success": True}
        | {"cos_theta": -0.3 - point / 100, "minimal_ratio": 0.301 + point / 100}
        for run in range(4)
        for point in range(5)
    ]
    ratios = {
        "abs_cos_theta": 0.3,
        "certified_ratio": 0.29,
        "minimal_ratio": 0.301,
        "difference": 0.002,
    }
    ratios |= {"bracket": 0.97, "success_rate": 1.0}
    means = {
        "rho_mean": 0.33,
        "rho_low": 0.3,
        "rho_high": 0.36,
        "rho_median": 0.32,
        "rho2_mean": 0.5,
        "n": 50,
    }
    return {
        "relu_experiments": EXPERIMENTS.table(networks),
        "segments": SEGMENTS.table(segments),
        "relu_points": POINTS.table(points),
        "table3": pd.DataFrame(
            [
                {"alpha": a, **means, "published_mean": 0.327, "published_median": 0.326}
                for a in (0.0, 0.5, 1.0)
            ]
        ),
        "table4_averages": pd.DataFrame(
            [
                {"quantity": q, "estimate": v, "low": v - 0.001, "high": v + 0.001, "n": 10}
                for q, v in ratios.items()
            ]
        ),
        "relu_slopes": pd.DataFrame(
            [{"depth": 1, "estimate": -0.5, "low": -0.6, "high": -0.4, "n": 60}]
        ),
    }
