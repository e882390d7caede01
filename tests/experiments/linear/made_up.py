"""Runs of linear networks made up so that every average is known."""

import numpy as np

from fcflow.experiments.linear import tables
from fcflow.experiments.linear.columns import EXPERIMENTS

INTERVALS = {"resamples": 200, "level": 0.95}
ALIGNED = {"cos_theta2_threshold": 0.9, **INTERVALS}
USUAL = {
    "study": "table1",
    "d": 12,
    "column_scale": 5.0,
    "run": 0,
    "seed": 1,
    "hidden": 3000,
    "batch_size": 64,
}
USUAL |= {
    "enumerated": True,
    "n_points": 4096,
    "feature_norm": 3.0,
    "phi": 0.2,
    "epochs": 20,
    "train_loss": 0.1,
}
USUAL |= {
    "train_accuracy": 1.0,
    "fresh_accuracy": 1.0,
    "valid": True,
    "cos_theta1": 0.25,
    "cos_theta2": 0.99,
    "n_correct": 4096,
}
USUAL |= {f"minimal_ratio_{name}": 0.25 for name in ("mean", "min", "median", "max")}
USUAL |= {"n_optimal": 0, "n_optimal_proved": 0, "n_optimal_below_feature": 0}
USUAL |= {"optimal_ratio_mean": 1.0, "optimal_ratio_min": 1.0, "robustness_ratio_mean": 0.25}


def make_experiments(*rows):
    """Return a table of experiments: given columns, and the rest with harmless values."""
    filled = [{**USUAL, "run": i, **row} for i, row in enumerate(rows)]
    return EXPERIMENTS.frame.validate(EXPERIMENTS.table(filled))


def wanting(number):
    """Return how many valid runs every study asks for."""
    return dict.fromkeys(("table1", "dimension", "dimension_high", "dimension_longer"), number)


def claim_tables():
    """Return the tables of claims, with |cos θ1| = φ up to a hundredth, falling as 1/√d."""
    draw = np.random.default_rng(0)
    runs = [
        {
            "study": study,
            "d": d,
            "phi": phi,
            "cos_theta1": phi + 0.01,
            "minimal_ratio_mean": phi + 0.01,
            "robustness_ratio_mean": phi - 0.01,
            "run": run,
        }
        | {"batch_size": batch_size, "valid": run < valid}
        for study, d, batch_size, valid in [
            *(("dimension", d, 64, 20) for d in (4, 16, 64)),
            ("table1", 12, 64, 10),
            ("table2", 12, 64, 12),
            ("batch_size", 12, 64, 18),
            ("batch_size", 12, 4096, 1),
        ]
        for run in range(20)
        for phi in [float(d**-0.5 * draw.uniform(0.8, 1.2))]
    ]
    misaligned = {"phi": 0.1, "cos_theta1": 0.8, "cos_theta2": 0.05, "minimal_ratio_mean": 0.8}
    runs += [{"study": study} | misaligned for study in ["table1"] * 2 + ["table2"] * 3]
    experiments = make_experiments(*runs)
    slopes = tables.dimension_slopes(experiments, **INTERVALS).rows
    made = {
        "table1": tables.table1(experiments, **ALIGNED, wanted=wanting(10)),
        "table2": tables.table2(experiments, **ALIGNED),
        "batch_size": tables.batch_size(experiments, **ALIGNED),
    }
    rows = {name: table.rows for name, table in made.items()}
    return rows | {"dimension_slopes": slopes, "linear_experiments": experiments}
