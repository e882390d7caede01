"""Results of a few draws and trainings, written where the workflow writes them."""

import pytest

from fcflow.artifacts.arrays import write_arrays
from fcflow.artifacts.tables import write_table
from fcflow.experiments.dimension import columns as dimension
from fcflow.experiments.dimension.probe import probe_networks as probe_fresh_networks
from fcflow.experiments.dimension.train import train_networks as train_on_fresh_points
from fcflow.experiments.hypercube.columns import PROBLEMS
from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.linear.aggregate import aggregate_runs
from fcflow.experiments.linear.attack import attack_networks
from fcflow.experiments.linear.columns import EXPERIMENTS, TRAINING
from fcflow.experiments.linear.probe import probe_networks
from fcflow.experiments.linear.train import train_networks
from fcflow.experiments.relu import columns as relu
from fcflow.experiments.relu.train import train_networks as train_relu_networks
from fcflow.experiments.theory.lemma3.columns import TESTS
from fcflow.experiments.theory.lemma3.simulation import simulate_lemma3
from fcflow.experiments.theory.section5.columns import LINEAR_PATHS
from fcflow.experiments.theory.section5.linear_paths import check_linear_paths
from fcflow.experiments.theory.theorem1.columns import DRAWS
from fcflow.experiments.theory.theorem1.simulation import simulate_theorem1
from fcflow.experiments.theory.theorem7.columns import FIRST_ORDER
from fcflow.experiments.theory.theorem7.first_order import check_first_order

TRAINED = {
    **{"hidden": 32, "batch_size": 8, "epochs": 10, "learning_rate": 3e-3, "betas": [0.9, 0.999]},
    **{"epsilon": 1e-8, "stop_when_perfect": False, "valid_runs": None, "keep_weights": True},
}
RELU_KEYS = ("hidden", "batch_size", "epochs", "learning_rate", "betas", "epsilon", "valid_runs")


LAWS = {"seed": 2, "widths": [[2, 3], [2, 2, 4]], "draws": 400}
LAWS |= {"error_rate": 0.01, "wrong_degrees": 2}


def relu_runs():
    """Return problems, training and weights of some ReLU networks, and Theorem 7's residuals."""
    problems, matrices = generate_hypercubes(
        seed=5, experiment="relu", study="table3", d=4, column_scale=5.0, runs=3, sample=None
    )
    options = {name: value for name, value in TRAINED.items() if name in RELU_KEYS}
    training, weights = train_relu_networks(problems, matrices, depth=2, **options)
    at = {"alphas": [0.2, 0.5], "epsilons": [1.0, 0.3, 1e-4]}
    residuals = check_first_order([training], [matrices], [weights], **at)
    return problems, training, weights, residuals


FRESH = {
    **{"seed": 7, "study": "one_layer", "d": 4, "activation": "relu", "depth": 1, "hidden": 256},
    **{"column_scale": 5.0, "runs": 2, "batch_size": 32, "learning_rate": 1e-2},
    **{"decay_steps": 32.0, "betas": [0.9, 0.999], "epsilon": 1e-8, "tolerance": 0.01},
    **{"confidence": 0.95, "first_check": 16, "steps": 1024, "beyond": 1.0},
}
PROBED = {"probed_points": 4, "attacked_points": 2, "optimal_max_nodes": 10_000}


def linear_runs():
    """Return what was trained, the table of all runs, and the networks' paths."""
    problems, matrices = generate_hypercubes(
        seed=1, experiment="linear", study="table2", d=4, column_scale=5.0, runs=3, sample=None
    )
    training, maps, _ = train_networks(problems, matrices, **TRAINED)
    probes = probe_networks([matrices], [training], [maps])
    limits = {"optimal_points": 4, "optimal_max_nodes": 10**6}
    attacks, _ = attack_networks([problems], [matrices], [training], [maps], **limits)
    paths = check_linear_paths([training], [matrices], [maps])
    return training, aggregate_runs([problems], [training], [probes], [attacks]), paths


@pytest.fixture(scope="session")
def relu_networks():
    """Return what :func:`relu_runs` makes, once."""
    return relu_runs()


@pytest.fixture(scope="session")
def tables(relu_networks):
    """Return tables by their files below the folder of results, with schema and configuration."""
    training, runs, paths = linear_runs()
    problems, relu_training, _, residuals = relu_networks
    fresh, networks = train_on_fresh_points(**FRESH)
    fresh_runs, fresh_points = probe_fresh_networks(fresh, networks, **PROBED)
    draws = simulate_theorem1(seed=3, dims=[2, 9], draws=[3, 3])
    return {
        "linear/table2/d4-s5/m32-b8/training.parquet": (training, TRAINING, TRAINED),
        "linear/experiments.parquet": (runs, EXPERIMENTS, {}),
        "theory/theorem1.parquet": (draws, DRAWS, {"seed": 3}),
        "theory/lemma3.parquet": (simulate_lemma3(**LAWS), TESTS, LAWS),
        "theory/linear_paths.parquet": (paths, LINEAR_PATHS, {}),
        "relu/table3/d4-s5/problems.parquet": (problems, PROBLEMS, {}),
        "relu/table3/d4-s5/l2-m32-b8/training.parquet": (relu_training, relu.TRAINING, {}),
        "dimension/one_layer/d4/training.parquet": (fresh, dimension.TRAINING, FRESH),
        "dimension/one_layer/d4/runs.parquet": (fresh_runs, dimension.RUNS, PROBED),
        "dimension/runs.parquet": (fresh_runs, dimension.RUNS, {}),
        "dimension/points.parquet": (fresh_points, dimension.POINTS, {}),
        "theory/first_order.parquet": (residuals, FIRST_ORDER, {}),
    }


@pytest.fixture
def results(tables, relu_networks, tmp_path):
    """Return a folder with these results, and a function that changes a column of one."""

    def write(**changed):
        write_arrays(relu_networks[2], tmp_path / "relu/table3/d4-s5/l2-m32-b8/weights.safetensors")
        for path, (rows, schema, config) in tables.items():
            new = {name: rows[name] * by for name, by in changed.items() if name in rows}
            write_table(rows.assign(**new), tmp_path / path, schema, config=config)
        return tmp_path

    return write
