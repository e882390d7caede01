"""The tables that claims are decided from, made up so that verdicts are known."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.images import made_up as made_up_images
from tests.paper.claims.deciding import SCHEMAS

from fcflow.paper import linear as linear_tables
from fcflow.paper.theory.rows import exact, row, table
from fcflow.stats import Estimate

INTERVALS = {"resamples": 200, "level": 0.95}


@pytest.fixture
def linear(make_experiments):
    """Return the linear experiment's tables, with |cos θ1| = φ up to a hundredth, falling as 1/√d."""
    draw = np.random.default_rng(0)
    runs = [
        {
            "study": study,
            "d": d,
            "phi": phi,
            "cos_theta1": phi + 0.01,
            "minimal_ratio_mean": phi + 0.01,
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
    runs.append(
        {
            "study": "table1",
            "phi": 0.1,
            "cos_theta1": 0.8,
            "cos_theta2": 0.05,
            "minimal_ratio_mean": 0.8,
        }
    )
    experiments = make_experiments(*runs)
    options = {"threshold": 0.9, **INTERVALS}
    return {
        "table1": linear_tables.table1(experiments),
        "table2": linear_tables.table2(experiments, **options),
        "batch_size": linear_tables.batch_size_table(experiments, **options),
        "dimension": linear_tables.dimension_table(experiments, **INTERVALS),
        "dimension_slopes": linear_tables.slope_table(experiments, **INTERVALS),
    }


@pytest.fixture
def relu():
    """Return the ReLU experiment's tables."""
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
            list(SCHEMAS["relu"].frame.columns)
        ],
        "relu_slopes": pd.DataFrame(
            [{"depth": 1, "estimate": -0.5, "low": -0.6, "high": -0.4, "n": 60}]
        ),
    }


@pytest.fixture
def images():
    """Return the tables of MNIST and ImageNet."""
    return made_up_images.claim_tables()


def _at(quantity, *values, series="", n=100, dims=(16, 64, 256)):
    rows = zip(dims, values, strict=True)
    return [row(quantity, d, Estimate(v, v - 0.001, v + 0.001, n), 1.0, series) for d, v in rows]


def _fit(quantity, value, series=""):
    return row(quantity, None, Estimate(value, value - 0.02, value + 0.02, 300), None, series)


@pytest.fixture
def theory():
    """Return the theorems' tables as they are where every claim holds."""
    shape = "2-2"
    tests = [
        row(name, None, exact(value, 1000), None, f"{shape}, {law}")
        for law, found in (("lemma", (5, 0)), ("wrong degrees", (5, 4)))
        for name, value in zip(("tests", "rejected"), found, strict=True)
    ]
    ones = (1.0, 1.0, 1.0)
    tails = {a: [0.5 * np.log(a) + 0.4 - 1 / d for d in (16, 64, 256)] for a in (1e-4, 1e-2, 0.1)}
    return {
        "theorem1": [
            *_at("concentration", 0.6, 0.8, 0.9), *_at("apart_0.5", 0.9, 1.0, 1.0), *_at("apart_0.3", 0.5, 0.9, 1.0),
            *_at("flipped", *ones), *_at("targeted", 0.5, 0.1, 0.0), *_at("norm_q0.95", *ones), *_at("rounding", *ones),
            _fit("tolerated_exponent", 0.6), _fit("norm_exponent", 0.01), _fit("ratio_exponent", -0.49),
        ],
        "lemma2": [
            row("log_tail_per_d", d, exact(v), v + 0.1, f"{a:g}")
            for a, values in tails.items() for d, v in zip((16, 64, 256), values, strict=True)
        ],
        "lemma3": tests,
        "theorem4": [
            *_at("concentration", 0.6, 0.8, 0.9, series="1, ×1"), *_at("flipped", *ones, series="1, ×1"),
            _fit("norm_exponent", -0.5, "1, ×1"),
        ],
        "theorem5": [
            *_at("flipped", *ones), *_at("held", *ones), _fit("projection_norm_exponent", 0.01),
            *(row(name, 16, exact(1e-12), 0.0) for name in ("attained", "tie", "outside_span")),
        ],
        "theorem6": [
            *_at("flipped", *ones), _fit("norm_exponent", 0.01), _fit("class_distance_exponent", 0.6, "scale 1"),
            *_at("alpha_min", 0.5, 0.8, 1.0, series="scale 1"), *_at("alpha_q0.05", 0.9, 1.1, 1.2, series="scale 1"),
        ],
        "theorem7": [_fit("ratio_exponent", -1.0), row("least_adjusted_p", None, exact(0.4, 30))],
        "first_order": [
            row("residual_max", 1e-6, exact(1e-12, 30), 0.0), row("residual_max", 1.0, exact(0.3, 30), 0.0),
            row("size_ratio", None, exact(0.4, 10)),
        ],
    }  # fmt: skip


@pytest.fixture
def tables(linear, relu, images, theory):
    """Return every table that a claim is decided from, where every claim holds."""
    identity = {
        "experiment": "linear",
        "study": "table1",
        "paths": 50,
        "converged": 50,
        "median_change": 1.0,
    }
    identity |= {"median_relative_error": 1e-15, "largest_relative_error": 1e-14}
    made = {name: table(rows) for name, rows in theory.items()}
    return linear | relu | images | made | {"identity": pd.DataFrame([identity])}
