"""Results of a few draws and trainings, written where the workflow writes them."""

import pytest

from fcflow.artifacts.tables import write_table
from fcflow.experiments.hypercube.generate import generate_hypercubes
from fcflow.experiments.linear.aggregate import aggregate_runs
from fcflow.experiments.linear.attack import attack_networks
from fcflow.experiments.linear.columns import EXPERIMENTS, TRAINING
from fcflow.experiments.linear.probe import probe_networks
from fcflow.experiments.linear.train import train_networks
from fcflow.experiments.theory.theorem1.columns import DRAWS
from fcflow.experiments.theory.theorem1.simulation import simulate_theorem1

TRAINED = {
    **{"hidden": 32, "batch_size": 8, "epochs": 10, "learning_rate": 3e-3, "betas": [0.9, 0.999]},
    **{"epsilon": 1e-8, "stop_when_perfect": False, "valid_runs": None, "keep_weights": True},
}


def linear_runs():
    """Return what was trained, and the table of all runs."""
    problems, matrices = generate_hypercubes(
        seed=1, experiment="linear", study="table2", d=4, column_scale=5.0, runs=3, sample=None
    )
    training, maps, _ = train_networks(problems, matrices, **TRAINED)
    probes = probe_networks([matrices], [training], [maps])
    limits = {"optimal_points": 4, "optimal_max_nodes": 10**6}
    attacks, _ = attack_networks([problems], [matrices], [training], [maps], **limits)
    return training, aggregate_runs([problems], [training], [probes], [attacks])


@pytest.fixture(scope="session")
def tables():
    """Return tables by their files below the folder of results, with schema and configuration."""
    training, runs = linear_runs()
    draws = simulate_theorem1(seed=3, dims=[2, 9], draws=[3, 3])
    return {
        "linear/table2/d4-s5/m32-b8/training.parquet": (training, TRAINING, TRAINED),
        "linear/experiments.parquet": (runs, EXPERIMENTS, {}),
        "theory/theorem1.parquet": (draws, DRAWS, {"seed": 3}),
    }


@pytest.fixture
def results(tables, tmp_path):
    """Return a folder with these results, and a function that changes a column of one."""

    def write(**changed):
        for path, (rows, schema, config) in tables.items():
            new = {name: rows[name] * by for name, by in changed.items() if name in rows}
            write_table(rows.assign(**new), tmp_path / path, schema, config=config)
        return tmp_path

    return write
