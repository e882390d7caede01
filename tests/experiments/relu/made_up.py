"""Tables of ReLU networks made up so that every claim holds."""

import pandas as pd

from fcflow.experiments.relu.table_columns import EXTENSIONS


def claim_tables():
    """Return the tables that claims are decided from."""
    interval = {"estimate": 0.3, "low": 0.28, "high": 0.32, "n": 50}
    sizes = {
        "study": "depth",
        "d": 12,
        "hidden": 200,
        "column_scale": 5.0,
        "quantity": "rho",
        "expected_phi": 0.2,
    }
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
        "relu": pd.DataFrame([{**sizes, "depth": depth, **interval} for depth in (1, 2)])[
            list(EXTENSIONS.frame.columns)
        ],
        "relu_slopes": pd.DataFrame(
            [{"depth": 1, "estimate": -0.5, "low": -0.6, "high": -0.4, "n": 60}]
        ),
    }
