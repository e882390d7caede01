"""Tables 5 and 6 and what goes with them, from rows whose answers are known."""

import numpy as np
import pandas as pd
import pytest
from tests.experiments.images.made_up import (
    MNIST_WAYS,
    attacks_of,
    curves_of,
    failing,
    linear_pairs,
    networks_of,
)

from fcflow.experiments.images.averages import STATISTICS, derived
from fcflow.experiments.images.chance import word_of_chance
from fcflow.experiments.images.mnist.figures import figure3, mnist_paths, mnist_scatter
from fcflow.experiments.images.mnist.tables import mnist, table5, table6
from fcflow.experiments.images.pair_table import LEAST, PAIR_TABLE, Way, of_way, pair_rows
from fcflow.experiments.images.path_table import PATH_TABLE
from fcflow.paper.html_table import write_html
from fcflow.paper.latex_table import write_tex
from fcflow.paper.layout import cells, panels
from fcflow.paper.style import save_figure, style

OPTIONS = {"resamples": 200, "level": 0.95}


def mnist_attacks(experiments):
    """Return attacks that all succeed, but for the first one on the first pair."""
    return failing(attacks_of(experiments, MNIST_WAYS), MNIST_WAYS[0], pair=0)


def shortest(experiments):
    rows = pair_rows(experiments, mnist_attacks(experiments))
    return derived(of_way(rows, Way(LEAST, "pair", False)))


def pick(rows, kind, quantity, attack="", criterion="pair"):
    same = (rows["kind"] == kind) & (rows["quantity"] == quantity) & (rows["attack"] == attack)
    same &= (rows["criterion"] == criterion) if attack else True
    return rows[same].sort_values("box").iloc[0]


def shown_images(count, delta=0.5 / 28):
    images = np.full((count, 1, 28, 28), 100, np.uint8)
    return {"x1": images, "x2": images, "delta": np.full(images.shape, delta, np.float32)}


def test_on_a_linear_gap_the_ratio_is_the_compression_where_gaps_are_opposite():
    rows = shortest(linear_pairs(gap_x2=-1.0))
    np.testing.assert_allclose(rows["ratio"], rows["abs_cos_theta"])
    np.testing.assert_allclose(rows["expected_ratio"], rows["ratio"])
    np.testing.assert_allclose(rows["gap_share"], 1.0)
    # D̃ goes on to g(x2), twice as far as e
    np.testing.assert_allclose(rows["prediction_error"], 1.0)


def test_on_a_linear_gap_the_ratio_is_twice_the_compression_where_x2_lies_on_the_boundary():
    rows = shortest(linear_pairs(gap_x2=-1e-9))
    np.testing.assert_allclose(rows["ratio"], 2 * rows["abs_cos_theta"])
    np.testing.assert_allclose(rows["abs_predicted_length"], rows["norm"])
    np.testing.assert_allclose(rows["prediction_error"], 0.0, atol=1e-8)


def test_tables_hold_the_first_pairs():
    experiments = linear_pairs()
    networks = networks_of(experiments)
    rows = table5(experiments, mnist_attacks(experiments), networks, **OPTIONS).rows
    PAIR_TABLE.frame.validate(rows)
    assert rows["place"].unique().tolist() == [1, 2, 3]
    # Each attack, the least of all, of those in the box, and of those on any other answer.
    assert (rows.groupby("place").size() == len(MNIST_WAYS) + 3).all()
    path = table6(curves_of(experiments), experiments, networks, **OPTIONS).rows
    PATH_TABLE.frame.validate(path)
    assert path["place"].tolist() == [1] * 3 + [2] * 3 + [3] * 3
    assert path["gamma"].tolist() == [0.0, 0.5, 1.0] * 3


def test_statistics_are_averages_of_networks_and_correlations_over_pairs():
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    rows = mnist(experiments, attacks, networks, **OPTIONS).rows
    STATISTICS.frame.validate(rows)
    by_network = shortest(experiments).groupby("network")["abs_cos_theta"].mean()
    average = pick(rows, "average", "abs_cos_theta")
    assert average["estimate"] == pytest.approx(by_network.mean())
    assert (average["lowest_network"], average["highest_network"]) == pytest.approx(
        (by_network.min(), by_network.max())
    )
    assert average["n"] == 2
    correlation = pick(rows, "correlation", "ratio_cos", LEAST)
    assert correlation["estimate"] == pytest.approx(1.0)
    assert correlation["n"] == 12
    first = pick(rows, "success", "succeeded", MNIST_WAYS[0][0])
    assert first["estimate"] == pytest.approx(11 / 12)
    assert pick(rows, "network", "paired")["estimate"] == pytest.approx(6 / 19)


def test_a_network_at_chance_and_a_lack_of_pairs_stand_in_every_table(tmp_path):
    experiments = linear_pairs().head(0)
    attacks, networks = mnist_attacks(experiments), networks_of(experiments, at_chance=True)
    made = [
        (PAIR_TABLE, table5(experiments, attacks, networks, **OPTIONS)),
        (PATH_TABLE, table6(curves_of(experiments), experiments, networks, **OPTIONS)),
        (STATISTICS, mnist(experiments, attacks, networks, **OPTIONS)),
    ]
    for schema, (rows, shown, layout) in made:
        schema.frame.validate(rows)
        assert layout.notes[0].startswith("ACCURACY AT CHANCE: networks 0 (0.100), 1 (0.100)")
        assert layout.notes[1].startswith("NO PAIR")
        write_html(shown, layout, tmp_path / "t.html")
        write_tex(shown, layout, tmp_path / "t.tex")
        assert "ACCURACY AT CHANCE" in (tmp_path / "t.html").read_text()
    assert word_of_chance(networks_of(experiments)) == ""


def test_shown_tables_have_every_pair_and_the_averages_below(tmp_path):
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    _, shown, layout = table5(experiments, attacks, networks, **OPTIONS)
    assert shown["place"].tolist() == ["1", "2", "3", "average"]
    assert shown["ratio"].iloc[-1] == pytest.approx(shown["ratio"].iloc[:3].mean())
    write_tex(shown, layout, tmp_path / "t.tex")
    assert (tmp_path / "t.tex").read_text().isascii()
    _, shown, layout = table6(curves_of(experiments), experiments, networks, **OPTIONS)
    assert shown["gamma"].tolist() == ["0", "0.5", "1", "average"]
    headings = list(layout.labels.values())
    assert headings[:-1] == ["γ", "pair 1", "pair 2", "pair 3"]
    assert headings[-1].startswith("mean cos θ of all 12 pairs")
    _, shown, layout = mnist(experiments, attacks, networks, **OPTIONS)
    assert "12 pairs: of 40 test sevens of 2 networks 38 were classified correctly" in " ".join(
        layout.notes
    )
    write_tex(shown, layout, tmp_path / "t.tex")
    assert (tmp_path / "t.tex").read_text().isascii()


def test_table5_has_a_row_for_each_attack_with_its_norms_and_its_success():
    experiments = linear_pairs()
    networks = networks_of(experiments)
    layout = table5(experiments, mnist_attacks(experiments), networks, **OPTIONS).layout
    attacks = layout.below[0].shown
    ahead = "the other class ahead of the image's own"
    free = attacks[attacks["aim"] == f"{ahead}, pixels of any value"].set_index("attack")
    assert free.index.tolist() == [
        *("fast gradient", "fast gradient sign", "DDN", "the shortest of all")
    ]
    assert free.loc["fast gradient", "success"] == "2 of 3"
    assert np.isnan(free.loc["fast gradient", "pair1"])
    np.testing.assert_allclose(free.loc["DDN", ["pair1", "pair2", "pair3", "norm"]], 0.5)
    assert set(attacks["aim"]) >= {f"{ahead}, pixels in [0, 1]"}


def test_what_a_measure_adds_is_a_column_of_pairs_and_a_row_of_statistics():
    experiments = linear_pairs().assign(evenness=0.75, masks=3.0)
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    assert (table5(experiments, attacks, networks, **OPTIONS).rows["evenness"] == 0.75).all()
    rows, shown, _ = mnist(experiments, attacks, networks, **OPTIONS)
    assert pick(rows, "average", "evenness")["estimate"] == 0.75
    assert any(label.startswith("evenness: ") for label in shown["label"])
    # What the pair maker tells of a pair is no quantity to average.
    assert "masks" not in set(rows["quantity"])


@pytest.mark.parametrize("count", [12, 0])
def test_figures_are_drawn_with_and_without_pairs_the_same_bytes_each_time(tmp_path, count):
    experiments = linear_pairs().head(count)
    networks = networks_of(experiments, at_chance=count == 0)
    images = shown_images(min(count, 3))
    attacks = mnist_attacks(experiments)
    rows = mnist(experiments, attacks, networks, **OPTIONS).rows
    for name, draw in {
        "figure3": lambda: figure3(experiments, attacks, networks, images),
        "scatter": lambda: mnist_scatter(experiments, attacks, rows, networks),
        "paths": lambda: mnist_paths(curves_of(experiments), experiments, networks),
    }.items():
        files = [tmp_path / f"{name}{i}.svg" for i in range(2)]
        for file in files:
            with style():
                save_figure(draw(), file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_figure3_shows_the_norms_and_what_the_network_answers():
    experiments = linear_pairs().assign(least_boxed=[0.5] + [np.nan] * 11)
    networks = networks_of(experiments)
    attacks = attacks_of(experiments.head(1), [("ddn", "pair", True)])
    figure = figure3(experiments, attacks, networks, shown_images(3))
    captions = [axes.get_xlabel() for axes in figure.axes]
    assert "‖e‖ = 0.50,\nread as 1" in captions
    assert captions.count("none found") == 4
    assert sum(caption.startswith("‖x₁ − x₂‖ = ") for caption in captions) == 3


def one_line(figure):
    """Return a figure's headline in one line."""
    return figure.texts[0].get_text().replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_figure3_says_of_which_pairs_its_mean_is_and_where_a_third_class_is_read():
    # Half distances of 1 where three pairs are shown, of 2 in the nine others.
    experiments = linear_pairs().assign(half_distance=[1.0] * 3 + [2.0] * 9)
    attacks = attacks_of(experiments, [("ddn", "pair", True)]).assign(predicted_name="4")
    figure = figure3(experiments, attacks, networks_of(experiments), shown_images(3))
    assert one_line(figure) == (
        "In these 3, ‖e‖ is 0.50 of half the distance (all 12: 0.31), pixels in [0, 1]"
    )
    captions = [axes.get_xlabel() for axes in figure.axes]
    assert sum(text.endswith(", 1 ahead\nof 7, read as 4") for text in captions) == 3


@pytest.mark.parametrize(
    ("cosines", "words"),
    [
        ((0.4, 0.5, 0.1), "rises from cos θ = 0.40 at the seven to 0.50 at γ = 0.5 and drops to"),
        ((0.4, 0.2, 0.3), "falls from cos θ = 0.40 at the seven to 0.20 at γ = 0.5 and rises to"),
        ((0.4, 0.3, 0.1), "falls on the way, from cos θ = 0.40 at the seven to 0.10 at"),
        ((0.1, 0.3, 0.4), "rises on the way, from cos θ = 0.10 at the seven to 0.40 at"),
    ],
)
def test_paths_that_turn_on_the_way_are_said_to(cosines, words):
    experiments = linear_pairs()
    figure = mnist_paths(curves_of(experiments, cosines), experiments, networks_of(experiments))
    assert words in one_line(figure)
    drawn = [text.get_text() for text in figure.axes[0].texts]
    assert sorted(drawn) == ["mean of 12 pairs", "pair 1", "pair 2", "pair 3"]


@pytest.mark.parametrize(
    ("low", "words"),
    [
        ((-0.5, 0.68), "does not tell which inputs are fragile (correlation 0.75); ‖e‖ goes with"),
        ((0.1, 0.8), "tells in part which inputs are fragile (correlation 0.75); ‖e‖ follows"),
        ((0.72, -0.1), "tells which inputs are fragile (correlation 0.75); ‖e‖ does not go with"),
    ],
)
def test_the_scatters_headline_says_no_more_than_the_intervals(low, words):
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    rows = mnist(experiments, attacks, networks, **OPTIONS).rows
    of_least = rows["attack"].eq("least") & rows["criterion"].eq("pair")
    for quantity, end in zip(("ratio_cos", "length_predicted"), low, strict=True):
        own = of_least & rows["quantity"].eq(quantity)
        assert own.any()
        rows.loc[own, ["estimate", "low", "high"]] = 0.75, end, 0.99
    own = of_least & rows["quantity"].eq("predicted_over_norm")
    rows.loc[own, ["estimate", "low", "high"]] = 2.1, 1.9, 2.4
    seen = one_line(mnist_scatter(experiments, attacks, rows, networks))
    assert f"|cos θ| {words} |D̃| (0.75), which is 2.10 [1.90, 2.40] times as long" == seen


def test_scatters_say_what_the_perturbation_reaches_and_what_any_other_answer_needs():
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    rows = mnist(experiments, attacks, networks, **OPTIONS).rows
    least = rows["attack"].eq("least") & rows["quantity"].eq("norm")
    rows.loc[least & rows["criterion"].eq("pair") & ~rows["box"], "estimate"] = 0.5
    rows.loc[least & rows["criterion"].eq("argmax"), "estimate"] = 0.25
    below = mnist_scatter(experiments, attacks, rows, networks).get_supxlabel()
    reached = "puts the other class ahead of the image's own, pixels of any value"
    assert f"{reached}; 0.500 on average.\nAny other answer needs 0.250 on average." in below
    unknown = rows[rows["criterion"] != "argmax"]
    below = mnist_scatter(experiments, attacks, unknown, networks).get_supxlabel()
    assert below.endswith(reached)


def test_accuracies_have_no_more_digits_than_single_images_make():
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    networks["test_accuracy"] = [0.9752, 0.9756]
    _, shown, layout = mnist(experiments, attacks, networks, **OPTIONS)
    accuracy = shown[shown["quantity"] == "test_accuracy"]
    assert str(cells(accuracy, layout)[0][1]) == "0.975 [0.975, 0.976]"


def test_layouts_have_a_name_for_every_quantity():
    experiments = linear_pairs()
    attacks, networks = mnist_attacks(experiments), networks_of(experiments)
    made = mnist(experiments, attacks, networks, **OPTIONS)
    keys = (["kind", "label"], ["aim", "name"], ["pixels", "label"])
    for part, key in zip(panels(made.shown, made.layout), keys, strict=True):
        assert not part.shown.duplicated(key).any()
        for column in key:
            assert pd.Series(part.shown[column]).notna().all()
            assert not part.shown[column].str.contains("_").any()
