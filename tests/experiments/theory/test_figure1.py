import numpy as np
import pytest

from fcflow.experiments.theory.figure1.example import train_example
from fcflow.experiments.theory.figure1.figures import figure1
from fcflow.paper.numbers import number
from fcflow.paper.style import headline_of, style


@pytest.fixture(scope="module")
def example():
    return train_example(
        seed=1, max_phi=0.5, column_scale=2.0, hidden=20, epochs=1500, learning_rate=1e-2
    )


def test_both_arrows_start_at_x_and_end_on_their_boundaries(example):
    rows, arrays = example
    with style():
        axes = figure1(rows, arrays).axes[0]
    arrows = [each for each in axes.texts if each.arrow_patch is not None]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("first coordinate", "second coordinate")
    x = arrays["A"] @ [1.0, 1.0]
    optimal, network = (np.array(each.xy) for each in arrows)
    for arrow in arrows:
        np.testing.assert_allclose(arrow.xyann, x)
    w, bias = arrays["W"][0] - arrays["W"][1], arrays["b"][0] - arrays["b"][1]
    assert network @ w + bias == pytest.approx(0.0, abs=1e-9)
    other = arrays["A"] @ [1.0, -1.0]
    assert np.linalg.norm(optimal - x) == pytest.approx(np.linalg.norm(optimal - other))
    angle = (
        (network - x) @ (optimal - x) / np.linalg.norm(network - x) / np.linalg.norm(optimal - x)
    )
    assert angle == pytest.approx(rows.set_index("quantity").loc["cos_theta", "value"])


def test_every_number_is_rounded_alike(example):
    rows, arrays = example
    value = rows.set_index("quantity")["value"]
    with style():
        figure = figure1(rows, arrays)
    (axes,) = figure.axes
    ratio = number(value["network_norm"] / value["optimal_norm"])
    assert f"network over optimal = {ratio}" in axes.get_title("left")
    text = headline_of(figure)
    assert f"{ratio} of the optimal" in text
    angle = float(text.partition("looks ")[2].partition("°")[0])
    assert np.cos(np.radians(angle)) == pytest.approx(value["cos_theta"], abs=1e-3)
    labels = {each.get_text() for each in axes.texts}
    assert f"optimal: {number(value['optimal_norm'])}" in labels
