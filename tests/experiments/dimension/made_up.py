"""Runs made up so that every claim about fresh points holds: |cos θ1| is φ and falls as 1/√d."""

import numpy as np

from fcflow.experiments.dimension.columns import POINTS, RUNS

STATISTICS = {"resamples": 300, "level": 0.95}
_USUAL = dict.fromkeys(RUNS.frame.columns, 0)
_USUAL |= {"hidden": 3000, "column_scale": 5.0, "batch_size": 256, "seed": 1, "held_out": 6000}
_USUAL |= {"fresh_accuracy": 1.0, "accuracy_bound": 0.999, "feature_norm": 4.0, "optimal_ratio": 1}
STUDIES = {"linear": 1, "one_layer": 1, "two_layers": 2}


def make_runs(dims=(4, 16, 64), runs=12, **columns):
    """Return runs of three studies; the last of each d is not trained, and sees far too much."""
    draw = np.random.default_rng(0)
    rows = []
    for study, depth in STUDIES.items():
        for d in dims:
            for run in range(runs):
                trained = run < runs - 1
                phi = 0.7 / np.sqrt(d) * (1 + 0.2 * draw.uniform(-1, 1))
                cosine = phi * (1 + 0.2 * draw.uniform(-1, 1)) if trained else min(1.0, 5 * phi)
                share = cosine * (1 + 0.02 * draw.uniform(-1, 1))
                rows.append(
                    _USUAL
                    | {"study": study, "activation": "identity" if study == "linear" else "relu"}
                    | {"depth": depth, "d": d, "run": run, "phi": phi, "margin_cosine": phi}
                    | {"abs_cos_theta": cosine, "trained": trained, "steps": 500}
                    | {"found_share": share if trained else np.nan}
                    | {"certified_share": 0.99 * share if trained else np.nan}
                    | columns
                )
    return RUNS.table(rows)


def make_points(runs):
    """Return two points of every trained run."""
    kept = runs[runs["trained"]]
    rows = [
        dict.fromkeys(POINTS.frame.columns, 1)
        | {name: row[name] for name in (*POINTS.frame.columns,) if name in row}
        | {"point": point, "success": True, "optimal_proved": True}
        for row in kept.to_dict("records")
        for point in range(2)
    ]
    return POINTS.table(rows)


def claim_tables():
    """Return the tables that claims are decided from."""
    runs = make_runs()
    return {"dimension_runs": runs, "dimension_points": make_points(runs)}
