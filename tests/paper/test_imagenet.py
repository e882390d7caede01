import numpy as np
import pandas as pd
import pytest

from fcflow.experiments.imagenet.schemas import EXPERIMENTS, IMAGES, NORMS
from fcflow.paper.imagenet import AVERAGES, TABLE7, TABLE8, averages, table7, table8
from fcflow.paper.imagenet_figures import (
    draw_compression_along_paths,
    draw_other_images,
    draw_perturbed_images,
)
from fcflow.paper.imagenet_layouts import table7_layout, table8_layout
from fcflow.paper.render import write_html, write_tex

INTERVALS = {"resamples": 200, "level": 0.9}


def make_experiments(n=5, **changed):
    """Return pairs with norms 1 to n, |D̃| twice as long, and half distances of ten."""
    least = np.arange(1.0, n + 1)
    columns = {
        "pair": np.arange(n),
        "image1": np.arange(n),
        "image2": (np.arange(n) + 1) % max(n, 1),
    }
    columns |= {f"name{side}": [f"image{side}_{i}" for i in range(n)] for side in "12"}
    columns |= {
        "source": np.arange(n),
        "target": np.arange(n) + 1,
        "class1": "dog",
        "class2": "cat",
    }
    columns |= {
        "distance": 20.0,
        "half_distance": 10.0,
        "closest": True,
        "place": [1, 2, 3, 4, *[0] * (n - 4)][:n],
    }
    columns |= {
        "gap_x1": 5.0,
        "gap_x2": -5.0,
        "integral": 10.0,
        "quadrature_error": 0.01,
        "relative_error": 0.001,
    }
    columns |= {
        "converged": True,
        "n_gradients": 21,
        "gradient_norm": 2.0,
        "cos_theta": -0.002,
        "mean_cos": 0.001,
    }
    columns |= {"mean_abs_cos": 0.003, "predicted_length": -2 * least, "flip_length": least}
    columns |= dict.fromkeys(NORMS, least) | {"least_pair": least, "least_argmax": least / 2}
    rows = pd.DataFrame(columns).assign(**changed)[list(EXPERIMENTS.frame.columns)]
    return EXPERIMENTS.frame.validate(
        rows.astype({name: column.dtype.type for name, column in EXPERIMENTS.frame.columns.items()})
    )


def make_images(correct=18, n=20):
    rows = {
        "image": np.arange(n),
        "name": [f"image1_{i}" for i in range(n)],
        "sha256": "0",
        "label": 1,
        "synset": "n1",
    }
    rows |= {
        "description": "dog",
        "predicted": 2,
        "predicted_description": "mop",
        "probability": 0.5,
        "classes": 1000,
    }
    rows |= {"correct": np.arange(n) < correct}
    return IMAGES.frame.validate(pd.DataFrame(rows)[list(IMAGES.frame.columns)])


def make_curves(experiments):
    gamma = np.linspace(0, 1, 3)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "pair": n,
                    "gamma": gamma,
                    "cos_theta": [-0.003, 0.001, 0.005],
                    "gradient_norm": 1.0,
                    "gap": 0.0,
                }
            )
            for n in experiments["pair"]
        ]
        or [
            pd.DataFrame({name: pd.Series(dtype=float) for name in ("gamma", "cos_theta")}).assign(
                pair=0
            )
        ],
        ignore_index=True,
    ).astype({"pair": "int64"})


def test_table8_is_over_half_the_distance():
    rows = TABLE8.frame.validate(table8(make_experiments()))
    np.testing.assert_allclose(rows["ratio"], [0.1, 0.2, 0.3, 0.4, 0.5])
    np.testing.assert_allclose(rows["abs_cos_theta"], 0.002)


def test_averages_are_over_all_pairs_and_lengths_are_compared_in_size():
    found = AVERAGES.frame.validate(averages(table8(make_experiments()), **INTERVALS)).set_index(
        "quantity"
    )["estimate"]
    assert found["ratio"] == pytest.approx(0.3)
    assert found["ratio_argmax"] == pytest.approx(0.15)
    assert found["least_over_predicted"] == pytest.approx(0.5)
    assert found["least_over_flip"] == pytest.approx(1.0)
    assert found["error_least"] == found["error_iterated"] == pytest.approx(1.0)
    assert found["correlation_least"] == pytest.approx(1.0)


def test_errors_of_predictions_do_not_cancel():
    experiments = make_experiments(
        2, predicted_length=[0.5, -3.0]
    )  # of ‖e‖ = 1 and 2: half too short, half too long
    found = averages(table8(experiments), **INTERVALS).set_index("quantity")["estimate"]
    assert found["error_least"] == found["error_iterated"] == pytest.approx(0.5)


def test_three_pairs_have_no_correlation():
    rows = averages(table8(make_experiments(3)), **INTERVALS).set_index("quantity")
    assert np.isnan(rows.loc["correlation_least", "estimate"])
    assert rows.loc["correlation_least", "n"] == 3


def test_a_failed_attack_counts_in_no_average_and_is_told():
    experiments = make_experiments()
    experiments.loc[4, ["norm_minimal_pair", "least_pair"]] = np.nan
    rows = table8(experiments)
    found = averages(rows, **INTERVALS).set_index("quantity")
    assert found.loc["ratio", ["estimate", "n"]].tolist() == pytest.approx([0.25, 4])
    _, layout = table8_layout(rows, averages(rows, **INTERVALS), make_images(), level=0.9)
    assert "Without success: minimal, x2's class over x1's, 1 of 5 pairs." in layout.notes


def test_table7_shows_four_pairs_and_averages_all():
    experiments = make_experiments()
    rows = TABLE7.frame.validate(table7(make_curves(experiments), experiments))
    shown, layout = table7_layout(rows, table8(experiments), make_images(), dimension=200)
    assert shown["gamma"].tolist() == ["0", "0.5", "1", "average"]
    np.testing.assert_allclose(shown["1"], [-0.003, 0.001, 0.005, 0.001])
    np.testing.assert_allclose(shown["all"], [0.003, 0.001, 0.005, 0.003])
    assert layout.labels["4"] == "4. dog → cat"
    assert "5" not in layout.labels
    notes = " ".join(layout.notes)
    assert "within 0.10% of g(x1) − g(x2), with 21 to 21 gradients a pair." in notes
    assert "|cos θ| = 0.05642 on average" in notes  # √(2/π/200)


def test_a_pair_beyond_the_tolerance_is_told():
    experiments = make_experiments()
    experiments.loc[2, ["converged", "relative_error"]] = [False, 0.03]
    _, layout = table7_layout(
        table7(make_curves(experiments), experiments),
        table8(experiments),
        make_images(),
        dimension=200,
    )
    told = "within 3.00% of g(x1) − g(x2), with 21 to 21 gradients a pair; NOT within the tolerance"
    assert any(told in note and "image1_2–image2_2" in note for note in layout.notes)


def test_tables_warn_of_accuracy_at_chance_and_of_pairs_left_out():
    experiments = make_experiments(2)
    rows, images = table8(experiments), make_images(correct=0)
    _, seventh = table7_layout(
        table7(make_curves(experiments), experiments), rows, images, dimension=200
    )
    _, eighth = table8_layout(
        rows, averages(rows, **INTERVALS), images, level=0.9, shown_pairs=[["image1_3"]]
    )
    for layout in (seventh, eighth):
        assert layout.notes[0].startswith(
            "ACCURACY AT CHANCE: 0 of 20 images classified correctly among 1000 classes"
        )
    assert (
        "Asked for and left out, because misclassified: image1_3 (taken for mop)." in eighth.notes
    )


def test_without_pairs_tables_and_figures_say_so(tmp_path):
    none = make_experiments(0)
    rows = table8(none)
    curves = table7(make_curves(none).iloc[:0], none)
    seventh = table7_layout(curves, rows, make_images(0), dimension=200)
    eighth = table8_layout(rows, averages(rows, **INTERVALS), make_images(0), level=0.9)
    for shown, layout in (seventh, eighth):
        assert (
            "NO PAIR: there are no two correctly classified images of different classes."
            in layout.notes
        )
        write_html(shown, layout, tmp_path / "a.html")
        write_tex(shown, layout, tmp_path / "a.tex")
    pixels = np.zeros((1, 3, 4, 4), dtype=np.uint8)
    for figure in (
        draw_other_images(none, pixels),
        draw_perturbed_images(none, pd.DataFrame(), pixels, {}),
    ):
        assert [text.get_text() for text in figure.texts] == [
            "no pair of correctly classified images"
        ]
    draw_compression_along_paths(curves, 200)


def test_figure4_shows_the_shortest_perturbation_ten_times_as_strong():
    experiments = make_experiments(1, image2=0)
    pixels = np.full((1, 3, 2, 2), 51, dtype=np.uint8)
    attacks = pd.DataFrame(
        {
            "pair": 0,
            "attack": ["iterated", "ddn", "minimal"],
            "pair_flipped": [True, True, False],
            "norm": [2.0, 1.0, 0.5],
            "predicted_description": ["mop", "broom", "dog"],
        }
    )
    delta = np.full((3, 2, 2), 0.02, dtype=np.float32)
    figure = draw_perturbed_images(experiments, attacks, pixels, {0: delta})
    clean, perturbed, magnified = (axes.images[0].get_array() for axes in figure.axes)
    np.testing.assert_allclose(clean, 0.2)
    np.testing.assert_allclose(perturbed, 0.22, rtol=1e-6)
    np.testing.assert_allclose(magnified, 0.7, rtol=1e-6)
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "half distance 10.0",
        "answer: broom",
        "‖e‖ = 1.000 (ddn)",
    ]


def test_figure6_draws_every_pair_and_chance():
    experiments = make_experiments()
    figure = draw_compression_along_paths(
        table7(make_curves(experiments), experiments), dimension=200
    )
    lines = figure.axes[0].get_lines()
    assert len(lines) == 5 + 1
    assert all((np.asarray(line.get_ydata()) >= 0).all() for line in lines)
    assert lines[-1].get_ydata()[0] == pytest.approx(np.sqrt(2 / np.pi / 200))
