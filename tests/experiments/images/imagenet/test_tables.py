import numpy as np
import pytest
from tests.experiments.images.made_up import (
    IMAGENET_WAYS,
    answers_of,
    attacks_of,
    curves_of,
    distant_pairs,
    failing,
    networks_of,
)

from fcflow.experiments.images.averages import STATISTICS, pick
from fcflow.experiments.images.imagenet.figures import figure4, figure5, figure6, imagenet_scatter
from fcflow.experiments.images.imagenet.tables import imagenet, table7, table8
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE, Way, of_way
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper import published
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex

INTERVALS = {"resamples": 200, "level": 0.9}
COSINES = [-0.003, 0.001, 0.005]
SIZE = 8  # 192 numbers an image
SHORTEST = Way(LEAST, "pair", True)


def networks(experiments, correct=18):
    chance = {"at_chance": correct == 0, "test_accuracy": correct / 20, "correct": correct}
    return networks_of(experiments, 1, classes=1000, images=20, **chance)


def seventh(experiments, correct=18, pairs=()):
    answers = answers_of(correct)
    curves = curves_of(experiments, COSINES)
    options = {"image_size": SIZE, "pairs": {"named": pairs}} | INTERVALS
    return table7(curves, experiments, answers, networks(experiments, correct), **options)


def eighth(experiments, attacks=None, correct=18, pairs=()):
    attacks = attacks_of(experiments, IMAGENET_WAYS) if attacks is None else attacks
    answers, known = answers_of(correct), networks(experiments, correct)
    return table8(experiments, attacks, answers, known, pairs={"named": pairs}, **INTERVALS)


def over_all(experiments, attacks=None, correct=18):
    attacks = attacks_of(experiments, IMAGENET_WAYS) if attacks is None else attacks
    answers, known = answers_of(correct), networks(experiments, correct)
    return imagenet(experiments, attacks, answers, known, pairs={}, **INTERVALS)


def estimates(rows, quantity, attack=LEAST, criterion="pair", kind="average"):
    return pick(rows, quantity, attack, criterion, kind)


def test_table8_is_over_half_the_distance():
    rows = PAIR_TABLE.frame.validate(eighth(distant_pairs()).rows)
    np.testing.assert_allclose(of_way(rows, SHORTEST)["ratio"], [0.1, 0.2, 0.3, 0.4, 0.5])
    np.testing.assert_allclose(rows["abs_cos_theta"], 0.002)


def test_averages_are_over_all_pairs_and_lengths_are_compared_in_size():
    rows = STATISTICS.frame.validate(over_all(distant_pairs()).rows)
    assert estimates(rows, "ratio").value == pytest.approx(0.3)
    assert estimates(rows, "ratio", criterion="argmax").value == pytest.approx(0.15)
    assert estimates(rows, "predicted_over_norm").value == pytest.approx(2.0)
    assert estimates(rows, "flip_over_norm").value == pytest.approx(1.0)
    error = estimates(rows, "prediction_error").value
    assert error == estimates(rows, "prediction_error", "iterated", "target").value
    assert error == pytest.approx(1.0)
    assert estimates(rows, "length_predicted", kind="correlation").value == pytest.approx(1.0)
    assert estimates(rows, "ratio").n == 5


def test_errors_of_predictions_do_not_cancel():
    # of ‖e‖ = 1 and 2: half too short, half too long
    rows = over_all(distant_pairs(2, predicted_length=[0.5, -3.0])).rows
    error = estimates(rows, "prediction_error").value
    assert error == estimates(rows, "prediction_error", "iterated", "target").value
    assert error == pytest.approx(0.5)


def test_two_pairs_have_no_correlation():
    correlation = estimates(over_all(distant_pairs(2)).rows, "length_predicted", kind="correlation")
    assert np.isnan(correlation.value)
    assert correlation.n == 2


def test_a_failed_attack_counts_in_no_average_and_is_told():
    experiments = distant_pairs()
    experiments.loc[4, "least"] = np.nan
    attacks = failing(attacks_of(experiments, IMAGENET_WAYS), ("minimal", "pair", True), pair=4)
    ratio = estimates(over_all(experiments, attacks).rows, "ratio")
    assert (ratio.value, ratio.n) == pytest.approx((0.25, 4))
    layout = eighth(experiments, attacks).layout
    attacked = layout.below[0].shown
    ahead = attacked["aim"].str.startswith("the other class ahead")
    row = attacked[ahead & attacked["attack"].eq("projection")]
    assert row["success"].tolist() == ["4 of 5"]


def test_table7_shows_four_pairs_and_averages_all():
    rows, shown, layout = seventh(distant_pairs())
    PATH_TABLE.frame.validate(rows)
    assert shown["gamma"].tolist() == ["0", "0.5", "1", "average"]
    np.testing.assert_allclose(shown["1"], [-0.003, 0.001, 0.005, 0.001])
    np.testing.assert_allclose(shown["all"], [0.003, 0.001, 0.005, 0.003])
    assert layout.labels["4"] == "4. dog → cat"
    assert "5" not in layout.labels
    notes = " ".join(layout.notes)
    assert "within 0.10 % of g(x1) − g(x2), with 21 gradients a pair." in notes
    assert "|cos θ| = 0.0576 on average" in notes  # √(2/π/192)


def test_a_pair_beyond_the_tolerance_is_told():
    experiments = distant_pairs()
    experiments.loc[2, "converged"] = False
    experiments.loc[2, "relative_error"] = 0.03
    told = "within 3.0 % of g(x1) − g(x2), with 21 gradients a pair; NOT within the tolerance"
    notes = seventh(experiments).layout.notes
    assert any(told in note and "image1_2–image2_2" in note for note in notes)


def test_tables_warn_of_accuracy_at_chance_and_of_pairs_left_out():
    experiments = distant_pairs(2)
    shown = [["image1_3"]]
    layouts = [
        seventh(experiments, correct=0).layout,
        eighth(experiments, correct=0, pairs=shown).layout,
        over_all(experiments, correct=0).layout,
    ]
    for layout in layouts:
        assert layout.notes[0].startswith("ACCURACY AT CHANCE: network 0 (0.000)")
        assert any("0 of 20 images are classified correctly" in note for note in layout.notes)
    assert (
        "Asked for and left out, because misclassified: image1_3 (taken for mop)."
        in layouts[1].notes
    )


def test_without_pairs_tables_and_figures_say_so(tmp_path):
    none = distant_pairs(0)
    rows = seventh(none, correct=0).rows
    for made in (seventh(none, correct=0), eighth(none, correct=0), over_all(none, correct=0)):
        assert (
            "NO PAIR: there are no two correctly classified images of different classes."
            in made.layout.notes
        )
        write_html(made.shown, made.layout, tmp_path / "a.html")
        write_tex(made.shown, made.layout, tmp_path / "a.tex")
    pixels = np.zeros((0, 3, 4, 4), dtype=np.uint8)
    images = {"x1": pixels, "x2": pixels, "delta": pixels.astype(np.float32)}
    attacks = attacks_of(none, IMAGENET_WAYS)
    for figure in (figure5(none, images), figure4(none, attacks, images)):
        assert [text.get_text() for text in figure.texts] == [
            "no pair of correctly classified images"
        ]
    figure6(rows, image_size=SIZE)
    imagenet_scatter(none, attacks, over_all(none).rows, networks(none))


def test_figure4_shows_the_shortest_perturbation_so_strong_that_it_is_seen():
    experiments = distant_pairs(1)
    pixels = np.full((1, 3, 2, 2), 51, dtype=np.uint8)
    attacks = attacks_of(experiments, IMAGENET_WAYS)
    attacks["predicted_name"] = ["mop", "broom", "dog", "cat"]
    attacks.loc[0, "norm"] = 2.0
    delta = np.full((1, 3, 2, 2), 0.02, dtype=np.float32)
    figure = figure4(experiments, attacks, {"x1": pixels, "x2": pixels, "delta": delta})
    clean, perturbed, magnified = (axes.images[0].get_array() for axes in figure.axes)
    np.testing.assert_allclose(clean, 0.2)
    np.testing.assert_allclose(perturbed, 0.22, rtol=1e-6)
    np.testing.assert_allclose(magnified, 1.0, rtol=1e-6)  # 25 times
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "half the distance: 10.0",
        "answer: broom\n(a third class)",
        "‖e‖ = 1.00",
    ]
    assert figure.axes[1].get_title().startswith("perturbed: ")
    assert figure.axes[2].get_title() == "perturbation × 25"


def test_figures_of_a_few_pairs_say_that_their_means_are_of_these():
    # ‖e‖ is 1 to 4 of half distances of ten, and 5 where no image is shown.
    experiments = distant_pairs(5)
    pixels = np.full((4, 3, 2, 2), 51, dtype=np.uint8)
    images = {"x1": pixels, "x2": pixels, "delta": np.full((4, 3, 2, 2), 0.02, dtype=np.float32)}
    attacks = attacks_of(experiments, IMAGENET_WAYS).assign(predicted_name="mop")
    of_e, of_other = figure4(experiments, attacks, images), figure5(experiments, images)
    first, second = (one.texts[0].get_text().replace("\n", " ") for one in (of_e, of_other))
    reached = "25 % of half the distance to the other image (all 5: 30 %) is enough to put its"
    assert first.startswith(f"In these 4, on average {reached} class ahead")
    assert second.startswith("In these 4, the perturbation that puts the other image's class ahead")
    assert second.endswith("on average 25 % of half the way to it (all 5: 30 %)")


@pytest.mark.parametrize(
    ("changed", "ending"),
    [(True, "ahead; any other answer needs 5.0 %"), (False, "enough to put its class ahead")],
)
def test_figure4_says_what_any_other_answer_needs_where_that_is_known(changed, ending):
    experiments = distant_pairs(1)
    attacks = attacks_of(experiments, IMAGENET_WAYS).assign(argmax_changed=changed, box=True)
    attacks["norm"] = np.linspace(0.5, 2.0, len(attacks))
    pixels = np.full((1, 3, 2, 2), 51, dtype=np.uint8)
    images = {"x1": pixels, "x2": pixels, "delta": pixels.astype(np.float32)}
    figure = figure4(experiments, attacks, images)
    assert figure.texts[0].get_text().replace("\n", " ").endswith(ending)


def test_tables_of_pairs_say_what_any_other_answer_needs_and_of_what_averages_are():
    experiments = distant_pairs()
    notes = eighth(experiments).layout.notes
    assert any(note.startswith("To put one given class ahead takes ‖e‖ = ") for note in notes)
    notes = seventh(experiments).layout.notes
    assert "with its sign for each pair, of |cos θ| in the last column." in notes[-1]


def test_figure6_draws_every_pair_and_chance():
    figure = figure6(seventh(distant_pairs()).rows, image_size=SIZE)
    lines = figure.axes[0].get_lines()
    assert len(lines) == 5 + 2
    assert all((np.asarray(line.get_ydata()) >= 0).all() for line in lines)
    chance, small = (line.get_ydata()[0] for line in lines[-2:])
    assert chance == pytest.approx(np.sqrt(2 / np.pi / (3 * SIZE**2)))
    assert small == published.TABLE3_MEAN[0]
