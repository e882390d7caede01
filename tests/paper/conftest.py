"""A table of experiments made up so that every average is known."""

import pandas as pd
import pytest

from fcflow.experiments.linear.schemas import EXPERIMENTS


@pytest.fixture
def make_experiments():
    """Return a function that fills a table of experiments: given columns, the rest with harmless values."""
    usual = {
        "study": "table1",
        "d": 12,
        "column_scale": 5.0,
        "run": 0,
        "seed": 1,
        "hidden": 3000,
        "batch_size": 64,
    }
    usual |= {
        "enumerated": True,
        "n_points": 4096,
        "feature_norm": 3.0,
        "phi": 0.2,
        "epochs": 20,
        "train_loss": 0.1,
    }
    usual |= {
        "train_accuracy": 1.0,
        "valid": True,
        "cos_theta1": 0.25,
        "cos_theta2": 0.99,
        "n_correct": 4096,
    }
    usual |= {f"minimal_ratio_{name}": 0.25 for name in ("mean", "min", "median", "max")}
    usual |= {"n_optimal": 0, "n_optimal_proved": 0, "n_optimal_below_feature": 0}
    usual |= {"optimal_ratio_mean": 1.0, "optimal_ratio_min": 1.0, "robustness_ratio_mean": 0.25}

    def make(*rows):
        filled = [{**usual, "run": i, **row} for i, row in enumerate(rows)]
        return EXPERIMENTS.frame.validate(pd.DataFrame(filled)[list(EXPERIMENTS.frame.columns)])

    return make
