"""A few draws of every statement, and the tables made from them."""

import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.theory.lemma2.evaluation import evaluate_lemma2
from fcflow.experiments.theory.lemma3.simulation import simulate_lemma3
from fcflow.experiments.theory.theorem1.simulation import simulate_theorem1
from fcflow.experiments.theory.theorem4.simulation import simulate_theorem4
from fcflow.experiments.theory.theorem5.simulation import simulate_theorem5
from fcflow.experiments.theory.theorem6.simulation import simulate_theorem6
from fcflow.experiments.theory.theorem7.simulation import simulate_theorem7
from fcflow.loading import load
from fcflow.sources import find_entries

CONFIG = {"resamples": 200, "level": 0.95, "epsilons": [0.5, 0.1]}
HYPERCUBE = {"column_scales": [1.0, 5.0], "points": 32, "max_decoded_dim": 12, "max_nodes": 10**6}


@pytest.fixture(scope="session")
def draws():
    """Return the draws of every statement by its name."""
    residuals = [
        {
            "study": "table3",
            "run": run,
            "depth": 1,
            "valid": run != 2,
            "alpha": 0.5,
            "epsilon": e,
            "residual": r * e**2,
        }
        for run in range(3)
        for e, r in ((1.0, 0.3), (1e-4, 0.1))
    ]
    return {
        "theorem1": simulate_theorem1(seed=1, dims=[2, 16, 32, 64], draws=[40, 40, 40, 40]),
        "lemma2": evaluate_lemma2(dims=[1, 16, 256], alphas=[1e-4, 0.01, 0.1, 0.9]),
        "lemma3": simulate_lemma3(
            seed=1, widths=[[2, 2], [3, 4]], draws=3000, error_rate=0.01, wrong_degrees=1
        ),
        "theorem4": simulate_theorem4(
            seed=1,
            dims=[4, 16, 64],
            draws=[20, 10, 5],
            layers=[1, 2],
            widenings=[1.0, 1.5],
            law_draws=300,
        ),
        "theorem5": simulate_theorem5(
            seed=1, dims=[2, 16, 64], draws=[40] * 3, layers=2, widening=1.5, classes=4
        ),
        "theorem6": simulate_theorem6(
            seed=1, dims=[2, 8, 12, 40], draws=[40, 40, 40, 10], **HYPERCUBE
        ),
        "theorem7": simulate_theorem7(seed=1, dims=[4, 32, 256], draws=[300] * 3),
        "first_order": pd.DataFrame(residuals).assign(size_ratio=0.4).astype({"run": np.int64}),
    }


@pytest.fixture(scope="session")
def tables(draws):
    """Return the tables of every statement by its name."""
    entries = find_entries("fcflow.experiments.theory", "table")
    return {
        name: load(entries[name].address)(
            rows, **{key: CONFIG[key] for key in entries[name].keywords}
        )
        for name, rows in draws.items()
    }
