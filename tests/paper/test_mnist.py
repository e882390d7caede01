"""Tables 5 and 6 and what goes with them, from rows whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.mnist.schemas import (
    ATTACKS,
    CURVES,
    EXPERIMENTS,
    LEAST,
    NETWORKS,
    NORMS,
    as_table,
)
from fcflow.paper.mnist import (
    STATISTICS,
    TABLE5,
    TABLE6,
    derived,
    statistics,
    table5,
    table6,
    word_of_chance,
)
from fcflow.paper.mnist_figures import draw_figure3, draw_mnist_paths, draw_mnist_scatter
from fcflow.paper.mnist_layouts import statistics_layout, table5_layout, table6_layout
from fcflow.paper.render import write_html, write_tex
from fcflow.paper.style import save_figure, style

OPTIONS = {"resamples": 200, "level": 0.95}


def linear_pairs(count=12, networks=2, gap_x2=-1.0):
    """Return the rows of pairs on which g is linear, with ‖∇g‖ = 2 and gaps of 1 at X1."""
    draw = np.random.default_rng(0)
    rows = []
    for i in range(count):
        distance = float(draw.uniform(2, 6))
        change = 1.0 - gap_x2
        row = {
            "network": i % networks,
            "image": i // networks,
            "place": i + 1 if i < 3 else 0,
            "distance": distance,
            "half_distance": distance / 2,
            "gap_x1": 1.0,
            "gap_x2": gap_x2,
            "integral": change,
            "quadrature_error": 0.0,
            "relative_error": 0.0,
            "converged": True,
            "n_gradients": 9,
            "gradient_norm": 2.0,
            "cos_theta": change / (2.0 * distance),
            "mean_cos": change / (2.0 * distance),
            "mean_abs_cos": change / (2.0 * distance),
            "predicted_length": change / 2.0,
            "flip_length": 0.5,
        }
        rows.append(row | dict.fromkeys([*NORMS, *LEAST], 0.5))
    rows[0][NORMS[0]] = np.nan
    return as_table(rows, EXPERIMENTS)


def networks_of(experiments, at_chance=False):
    rows = [
        {
            "network": number,
            "seed": 1,
            "train_loss": 0.1,
            "train_accuracy": 0.9,
            "test_loss": 0.1,
            "test_accuracy": 0.1 if at_chance else 0.97,
            "test_images": 100,
            "at_chance": at_chance,
            "sevens": 20,
            "correct_sevens": 0 if at_chance else 19,
            "pairs": int((experiments["network"] == number).sum()),
        }
        for number in range(2)
    ]
    return as_table(rows, NETWORKS)


def curves_of(experiments):
    rows = [
        {
            "network": row.network,
            "image": row.image,
            "gamma": g,
            "cos_theta": row.cos_theta,
            "gradient_norm": 2.0,
        }
        | {"gap": row.gap_x1 + g * (row.gap_x2 - row.gap_x1)}
        for row in experiments.itertuples()
        for g in (0.0, 0.5, 1.0)
    ]
    return as_table(rows, CURVES)


def pick(rows, kind, quantity):
    return rows[(rows["kind"] == kind) & (rows["quantity"] == quantity)].iloc[0]


def test_on_a_linear_gap_the_ratio_is_the_compression_where_gaps_are_opposite():
    rows = derived(linear_pairs(gap_x2=-1.0))
    np.testing.assert_allclose(rows["ratio"], rows["abs_cos_theta"])
    np.testing.assert_allclose(rows["expected_ratio"], rows["ratio"])
    np.testing.assert_allclose(rows["gap_share"], 1.0)
    np.testing.assert_allclose(
        rows["prediction_error"], 1.0
    )  # D̃ goes on to g(x2), twice as far as e


def test_on_a_linear_gap_the_ratio_is_twice_the_compression_where_x2_lies_on_the_boundary():
    rows = derived(linear_pairs(gap_x2=-1e-9))
    np.testing.assert_allclose(rows["ratio"], 2 * rows["abs_cos_theta"])
    np.testing.assert_allclose(rows["abs_predicted_length"], rows["least"])
    np.testing.assert_allclose(rows["prediction_error"], 0.0, atol=1e-8)


def test_tables_hold_the_first_pairs():
    experiments = linear_pairs()
    rows = table5(experiments)
    TABLE5.frame.validate(rows)
    assert rows["place"].tolist() == [1, 2, 3]
    path = table6(curves_of(experiments), experiments)
    TABLE6.frame.validate(path)
    assert path["place"].tolist() == [1] * 3 + [2] * 3 + [3] * 3
    assert path["gamma"].tolist() == [0.0, 0.5, 1.0] * 3


def test_statistics_are_averages_of_networks_and_correlations_over_pairs():
    experiments = linear_pairs()
    rows = statistics(experiments, networks_of(experiments), **OPTIONS)
    STATISTICS.frame.validate(rows)
    by_network = derived(experiments).groupby("network")["abs_cos_theta"].mean()
    found = pick(rows, "average", "abs_cos_theta")
    assert found["estimate"] == pytest.approx(by_network.mean())
    assert (found["lowest_network"], found["highest_network"]) == pytest.approx(
        (by_network.min(), by_network.max())
    )
    assert found["n"] == 2
    correlation = pick(rows, "correlation", "ratio_cos")
    assert correlation["estimate"] == pytest.approx(1.0)
    assert correlation["n"] == 12
    assert pick(rows, "success", NORMS[0].removeprefix("norm_"))["estimate"] == pytest.approx(
        11 / 12
    )
    assert pick(rows, "network", "masked")["estimate"] == pytest.approx(6 / 19)


def test_a_network_at_chance_and_a_lack_of_pairs_stand_in_every_table(tmp_path):
    experiments = linear_pairs().head(0)
    networks = networks_of(experiments, at_chance=True)
    rows5, rows6 = table5(experiments), table6(curves_of(experiments), experiments)
    rows = statistics(experiments, networks, **OPTIONS)
    for table, schema in ((rows5, TABLE5), (rows6, TABLE6), (rows, STATISTICS)):
        schema.frame.validate(table)
    for shown, layout in (
        table5_layout(rows5, networks),
        table6_layout(rows6, networks),
        statistics_layout(rows, networks, 0.95),
    ):
        assert layout.notes[0].startswith("ACCURACY AT CHANCE: networks 0 (0.100), 1 (0.100)")
        assert layout.notes[1].startswith("NO PAIR")
        write_html(shown, layout, tmp_path / "t.html")
        write_tex(shown, layout, tmp_path / "t.tex")
        assert "ACCURACY AT CHANCE" in (tmp_path / "t.html").read_text()
    assert word_of_chance(networks_of(experiments)) == ""


def test_shown_tables_have_every_pair_and_the_averages_below(tmp_path):
    experiments = linear_pairs()
    networks = networks_of(experiments)
    shown, layout = table5_layout(table5(experiments), networks)
    assert shown["place"].tolist() == ["1", "2", "3", "average"]
    assert shown["ratio"].iloc[-1] == pytest.approx(shown["ratio"].iloc[:3].mean())
    write_tex(shown, layout, tmp_path / "t.tex")
    assert (tmp_path / "t.tex").read_text().isascii()
    shown, layout = table6_layout(table6(curves_of(experiments), experiments), networks)
    assert shown["gamma"].tolist() == ["0", "0.5", "1", "average"]
    assert list(layout.labels.values()) == ["γ", "pair 1", "pair 2", "pair 3"]
    shown, layout = statistics_layout(statistics(experiments, networks, **OPTIONS), networks, 0.95)
    assert "12 pairs: of 40 test sevens of 2 networks 38 were classified correctly" in " ".join(
        layout.notes
    )
    write_tex(shown, layout, tmp_path / "t.tex")
    assert (tmp_path / "t.tex").read_text().isascii()


@pytest.mark.parametrize("count", [12, 0])
def test_figures_are_drawn_with_and_without_pairs_the_same_bytes_each_time(tmp_path, count):
    experiments = linear_pairs().head(count)
    networks = networks_of(experiments, at_chance=count == 0)
    images = {
        (row.network, row.image): np.full((28, 28), 100, np.uint8)
        for row in experiments.itertuples()
    }
    delta = {key: np.full((28, 28), 0.5 / 28, np.float32) for key in list(images)[1:]}
    attacks = as_table([], ATTACKS)
    rows = statistics(experiments, networks, **OPTIONS)
    for name, draw in {
        "figure3": lambda: draw_figure3(experiments, attacks, images, images, delta, networks),
        "scatter": lambda: draw_mnist_scatter(experiments, rows, networks),
        "paths": lambda: draw_mnist_paths(curves_of(experiments), experiments, networks),
    }.items():
        files = [tmp_path / f"{name}{i}.svg" for i in range(2)]
        for file in files:
            with style():
                save_figure(draw(), file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_figure3_shows_the_norms_and_what_the_network_answers():
    experiments = linear_pairs()
    networks = networks_of(experiments)
    images = {
        (row.network, row.image): np.zeros((28, 28), np.uint8) for row in experiments.itertuples()
    }
    delta = {(0, 0): np.full((28, 28), 0.5 / 28, np.float32)}
    hit = {name: False if name in ("boxed", "success") else 0 for name in ATTACKS.frame.columns}
    row = hit | {
        "norm": 0.5,
        "boxed": True,
        "success": True,
        "predicted": 1,
        "attack": "ddn",
        "criterion": "pair",
    }
    figure = draw_figure3(experiments, as_table([row], ATTACKS), images, images, delta, networks)
    captions = [axes.get_xlabel() for axes in figure.axes]
    assert "‖e‖ = 0.50: 1" in captions
    assert captions.count("none found") == 4
    assert sum(caption.startswith("‖X1 − X2‖ = ") for caption in captions) == 3


def test_layouts_have_a_name_for_every_quantity():
    experiments = linear_pairs()
    networks = networks_of(experiments)
    shown, _ = statistics_layout(statistics(experiments, networks, **OPTIONS), networks, 0.95)
    assert shown["label"].is_unique or pd.Series(shown["label"]).notna().all()
    assert not shown["label"].str.contains("_").any()
