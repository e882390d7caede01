"""The claims of MNIST and ImageNet, and when there is nothing to decide them from."""

import numpy as np
import pytest
from tests.experiments.images import made_up
from tests.paper.claims.deciding import decide, reading

from fcflow.paper.claims.finding import Verdict

ON_MNIST = [claim.id for claim in reading("mnist")]
ON_IMAGENET = [claim.id for claim in reading("imagenet_networks")]


@pytest.fixture(scope="module")
def tables():
    """Return tables from which every claim holds."""
    return made_up.claim_tables()


def found(name, tables, **changed):
    """Return the finding with columns of some tables replaced."""
    return decide(
        name,
        tables | {table: tables[table].assign(**columns) for table, columns in changed.items()},
    )


def test_closeness_is_relative_to_the_compression(tables):
    estimate = found("table5-ratio", tables).estimate
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (0.01 / 0.3, 0.009 / 0.3, 0.011 / 0.3)
    )


def test_a_perturbation_is_compared_with_the_whole_distance(tables):
    finding = found("table8-distance", tables, table8={"norm": [1.0, 2.0, 1.0, 2.0, 1.5]})
    assert finding.estimate.value == pytest.approx(1.5 / 20)
    assert finding.estimate.low < finding.estimate.value < finding.estimate.high
    assert finding.verdict is Verdict.REPRODUCED
    assert found("table8-distance", tables, table8={"norm": 4.0}).verdict is Verdict.DEVIATION
    assert found("table8-distance", tables, table8={"norm": 10.0}).verdict is Verdict.FAILED


def test_a_pair_that_is_never_flipped_is_told(tables):
    finding = found("table8-distance", tables, table8={"norm": [1.0, 1.0, 1.0, 1.0, np.nan]})
    assert finding.estimate.n == 4
    assert finding.note.startswith("1 of 5 pairs have no value.")
    none = found("table8-distance", tables, table8={"norm": np.nan})
    assert (none.verdict, none.note) == (Verdict.UNTESTABLE, "no pair has the value")


def test_one_point_of_a_path_makes_its_compression_large(tables):
    assert found("figure6-small", tables).estimate.value == pytest.approx(0.02)
    peaks = [-0.02, 0.9, 0.0] * 5
    finding = found("figure6-small", tables, table7={"cos_theta": peaks})
    assert (finding.verdict, finding.estimate.value, finding.estimate.n) == (Verdict.FAILED, 0.9, 5)
    one = found("figure6-small", tables, table7={"cos_theta": [-0.02, 0.01, 0.0] * 4 + peaks[:3]})
    assert one.estimate.value == pytest.approx((4 * 0.02 + 0.9) / 5)
    assert "At most 0.9000" in one.note


@pytest.mark.parametrize("name", ON_MNIST)
def test_networks_at_chance_leave_mnist_untested_and_one_of_them_is_told(name, tables):
    finding = found(name, tables, mnist_networks={"at_chance": True, "test_accuracy": 0.1})
    assert finding.verdict is Verdict.UNTESTABLE
    assert finding.note.startswith("ACCURACY AT CHANCE: networks 0 (0.100), 1 (0.100)")
    one = found(
        name, tables, mnist_networks={"at_chance": [True, False], "test_accuracy": [0.1, 0.9]}
    )
    assert one.verdict is Verdict.REPRODUCED
    assert one.note.startswith("ACCURACY AT CHANCE: network 0 (0.100)")


@pytest.mark.parametrize("name", ON_MNIST)
def test_no_seven_with_a_mask_leaves_mnist_untested(name, tables):
    finding = found(name, tables, mnist_networks={"pairs": 0})
    assert (finding.verdict, finding.estimate.n) == (Verdict.UNTESTABLE, 0)
    assert finding.note == "no correctly classified test seven has a mask that turns it into a one"


@pytest.mark.parametrize("name", ON_IMAGENET)
def test_a_network_at_chance_leaves_imagenet_untested(name, tables):
    finding = found(name, tables, imagenet_networks={"at_chance": True, "test_accuracy": 0.0})
    assert finding.verdict is Verdict.UNTESTABLE
    assert finding.note.startswith("ACCURACY AT CHANCE: network 0 (0.000)")


@pytest.mark.parametrize("name", [*ON_MNIST, *ON_IMAGENET])
def test_one_pair_has_no_interval_and_its_estimate_decides(name, tables):
    nothing = {"low": np.nan, "high": np.nan}
    few = tables | {"table7": tables["table7"].iloc[:3], "table8": tables["table8"].iloc[:1]}
    finding = found(name, few, mnist=nothing | {"n": 1}, imagenet=nothing | {"n": 1})
    assert finding.verdict is Verdict.REPRODUCED
    assert np.isnan([finding.estimate.low, finding.estimate.high]).all()


def test_how_close_the_predicted_length_is_is_told_of_a_long_and_of_the_shortest(tables):
    for name in ("table8-length", "abstract-imagenet"):
        note = found(name, tables).note
        assert " with the iterated attack that ends at the target's class (‖e‖ " in note
        assert " with the shortest of all attacks (‖e‖ " in note
