"""Networks of studies are found again from their seeds, and changed rows are not."""

import pytest
from tests.experiments.ablations.made_up import MEASURING, SWEEP, TRAINING, trained_study

from fcflow.artifacts.tables import write_table
from fcflow.experiments.ablations.columns import NETWORKS
from fcflow.experiments.ablations.columns import TRAINING as TRAINED
from fcflow.experiments.ablations.measure import measure_study
from fcflow.recompute.claim import known_routes
from fcflow.recompute.route import Request

METHODS = ["plain", "weight_decay", "penalty", "augmentation", "adversarial"]


@pytest.fixture(scope="module")
def study():
    keys = {
        "methods": {name: [0.1 if name != "plain" else 0.0] for name in METHODS},
        "sweep": {"activations": ["tanh"], "points": ["mixture"]},
        **{"runs": 1, "steps": 40},
    }
    training, weights = trained_study("robust", **keys)
    return training, measure_study(training, weights, **MEASURING)[0]


@pytest.fixture
def results(study, tmp_path):
    """Return a function that writes the results, a column changed by a factor."""
    training, networks = study

    def write(**factors):
        folder = tmp_path / "ablations"
        changed = networks.assign(**{name: networks[name] * by for name, by in factors.items()})
        write_table(training, folder / "robust" / "training.parquet", TRAINED, config=TRAINING)
        for place in (folder, folder / "robust"):
            write_table(changed, place / "networks.parquet", NETWORKS, config=MEASURING)
        return tmp_path

    return write


def compared(results, count):
    route = known_routes()["ablations/networks.parquet"]
    return list(route(Request(results, "ablations of robust training", count)))


def test_networks_trained_alone_are_those_of_the_rows(results):
    found = compared(results(), 5)
    assert len({one.row for one in found}) == len(METHODS)
    assert len(found) == 3 * len(METHODS)
    assert [one for one in found if not one.agrees] == []
    assert SWEEP["activations"] == ["relu"]


@pytest.mark.parametrize(
    ("column", "quantity"), [("cos_theta", "|cos θ1|"), ("phi", "φ"), ("accuracy", "accuracy")]
)
def test_a_changed_row_is_told(column, quantity, results):
    refuted = {one.quantity for one in compared(results(**{column: 0.98}), 1) if not one.agrees}
    assert refuted == {quantity}
