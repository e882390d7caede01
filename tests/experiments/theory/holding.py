"""The tables that the theorems' claims are decided from, made up so that verdicts are known."""

import numpy as np
import pandas as pd
from tests.paper.claims.deciding import SCHEMAS

from fcflow.experiments.theory.rows import exact, row
from fcflow.stats import Estimate


def _at(quantity, *values, series="", n=100, dims=(16, 64, 256)):
    rows = zip(dims, values, strict=True)
    return [row(quantity, d, Estimate(v, v - 0.001, v + 0.001, n), 1.0, series) for d, v in rows]


def _fit(quantity, value, series=""):
    return row(quantity, None, Estimate(value, value - 0.02, value + 0.02, 300), None, series)


def theory_tables():
    """Return the theorems' tables as they are where every claim holds, by name."""
    shape = "2-2"
    tests = [
        row(name, None, exact(value, 1000), None, f"{shape}, {law}")
        for law, found in (("lemma", (5, 0)), ("wrong degrees", (5, 4)))
        for name, value in zip(("tests", "rejected"), found, strict=True)
    ]
    ones = (1.0, 1.0, 1.0)
    tails = {a: [0.5 * np.log(a) + 0.4 - 1 / d for d in (16, 64, 256)] for a in (1e-4, 1e-2, 0.1)}
    rows = {
        "theorem1": [
            *_at("concentration", 0.6, 0.8, 0.9),
            *_at("apart_0.5", 0.9, 1.0, 1.0), *_at("apart_0.3", 0.5, 0.9, 1.0),
            *_at("flipped", *ones), *_at("targeted", *ones),
            *_at("norm_q0.95", *ones), *_at("rounding", *ones), _fit("ratio_exponent", -0.49),
            _fit("tolerated_exponent", 0.6), _fit("norm_exponent", 0.01),
        ],
        "lemma2": [
            row("log_tail_per_d", d, exact(v), v + 0.1, f"{a:g}")
            for a, values in tails.items() for d, v in zip((16, 64, 256), values, strict=True)
        ],
        "lemma3": tests,
        "theorem4": [
            *_at("concentration", 0.6, 0.8, 0.9, series="1, ×1"),
            *_at("flipped", *ones, series="1, ×1"),
            _fit("norm_exponent", -0.5, "1, ×1"),
        ],
        "theorem5": [
            *_at("flipped", *ones), *_at("held", *ones), _fit("projection_norm_exponent", 0.01),
            *(row(name, 16, exact(1e-12), 0.0) for name in ("attained", "tie", "outside_span")),
        ],
        "theorem6": [
            *_at("flipped", *ones), _fit("norm_exponent", 0.01),
            _fit("class_distance_exponent", 0.6, "scale 1"),
            *_at("alpha_min", 0.5, 0.8, 1.0, series="scale 1"),
            *_at("alpha_q0.05", 0.9, 1.1, 1.2, series="scale 1"),
        ],
        "theorem7": [_fit("ratio_exponent", -1.0), row("least_adjusted_p", None, exact(0.4, 30))],
        "first_order": [
            row("residual_max", 1e-6, exact(1e-12, 30), 0.0),
            row("residual_max", 1.0, exact(0.3, 30), 0.0), row("size_ratio", None, exact(0.4, 10)),
        ],
    }  # fmt: skip
    identity = {
        "experiment": "linear",
        "study": "table1",
        "paths": 50,
        "converged": 50,
        "median_change": 1.0,
        "median_relative_error": 1e-15,
        "largest_relative_error": 1e-14,
    }
    made = {name: SCHEMAS[name].table(statement) for name, statement in rows.items()}
    return made | {"identity": pd.DataFrame([identity])}
