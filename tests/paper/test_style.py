"""Figures depend on the package alone, however it is started and whatever a user has set."""

import os
import subprocess
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from fcflow.paper.labels import Label, label_ends
from fcflow.paper.style import (
    AZURE,
    GREEN,
    ORANGE,
    RED,
    VIOLET,
    headline,
    headline_of,
    save_figure,
    style,
)

DRAW = """
import os, sys
from fcflow.jobs import plain_matplotlib
os.environ.update(plain_matplotlib())
from fcflow.paper.style import save_figure, style
from matplotlib.figure import Figure
from matplotlib.text import Text
with style():
    figure = Figure(figsize=(2, 1))
    axes = figure.subplots()
    axes.plot([1, 2, 3], [1e-3, -2, 3], label="$\\\\phi$")
    axes.legend()
    axes.imshow([[0, 1], [2, 3]])
    save_figure(figure, "a.svg", "a.pdf", "a.png")
"""
HOSTILE = """
lines.linewidth: 5
font.size: 20
savefig.bbox: tight
image.cmap: gray
axes.unicode_minus: False
svg.fonttype: path
text.usetex: True
backend: nonsense
"""


def draw(folder, settings="", **environment):
    folder.mkdir()
    (folder / "matplotlibrc").write_text(settings, encoding="latin-1")
    return subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_a_users_settings_and_a_notebooks_backend_change_no_byte(tmp_path):
    assert draw(tmp_path / "plain").returncode == 0
    done = draw(
        tmp_path / "hostile", HOSTILE, MPLBACKEND="module://matplotlib_inline.backend_inline"
    )
    assert done.returncode == 0, done.stderr
    for name in ("a.svg", "a.pdf", "a.png"):
        plain, other = (tmp_path / place / name for place in ("plain", "hostile"))
        assert plain.read_bytes() == other.read_bytes()


def test_settings_with_which_matplotlib_does_not_start_are_told(tmp_path):
    done = draw(tmp_path / "broken", "font.family: Café")
    assert done.stderr.splitlines()[-1].endswith(
        "broken/matplotlibrc: is not UTF-8 text, with which matplotlib does not start; save it as"
        " UTF-8 or move it elsewhere"
    )


def test_a_users_own_figures_keep_the_users_settings():
    with mpl.rc_context({"lines.linewidth": 7}):
        with style():
            assert mpl.rcParams["lines.linewidth"] == 1.5
        assert mpl.rcParams["lines.linewidth"] == 7


def linear_light(color):
    """Return linear red, green and blue of a colour as ``#rrggbb``."""
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(linear):
    """Return CIELAB's L*, a* and b* of linear red, green and blue (sRGB, D65)."""
    into_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = into_xyz @ linear.clip(0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# What people see who lack one kind of cone, from Machado, Oliveira and Fernandes (2009), Table 1.
CONES = {
    "all": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
COLOURS = (ORANGE, AZURE, GREEN, RED, VIOLET)


def test_colours_are_of_falling_lightness():
    lightness = [lab(linear_light(color))[0] for color in COLOURS]
    assert np.diff(lightness).max() < -9, lightness


@pytest.mark.parametrize("cones", CONES)
def test_any_two_colours_are_far_apart_for_everyone(cones):
    seen = [lab(np.array(CONES[cones]) @ linear_light(color)) for color in COLOURS]
    distances = [np.linalg.norm(a - b) for a, b in combinations(seen, 2)]
    assert min(distances) > 25  # Okabe and Ito's five, of nearly one lightness, have 16


def drawing():
    figure = Figure(figsize=(4, 2))
    axes = figure.subplots()
    axes.plot([1, 2, 3], [1, 2, 3])
    axes.set_xlabel("strength ε")
    headline(figure, "What is seen, in words that are too long for a line of so narrow a figure")
    return figure


def test_an_svg_has_its_text_as_text_with_title_and_description(tmp_path):
    with style():
        figure = drawing()
        title = f"Figure 9. {headline_of(figure)}"
        save_figure(figure, tmp_path / "a.svg", title=title, description="If |cos θ| < 1 & so on.")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()  # noqa: S314 (our own)
    name = "{http://www.w3.org/2000/svg}"
    found = root.find(f"{name}title"), root.find(f"{name}desc")
    assert [each.text for each in found] == [title, "If |cos θ| < 1 & so on."]
    assert root.get("aria-labelledby") == "a-title a-desc"
    assert root.get("role") == "img"
    texts = ["".join(text.itertext()).strip() for text in root.iter(f"{name}text")]
    assert any("What is seen, in words" in text for text in texts)
    assert "strength ε" in texts


def test_a_headline_is_wrapped_to_the_figure_and_read_in_one_line():
    with style():
        figure = drawing()
    assert "\n" in figure.get_suptitle()
    assert "\n" not in headline_of(figure)


def test_labels_at_the_ends_do_not_lie_on_each_other():
    with style():
        figure = Figure(figsize=(4, 3))
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        label_ends(axes, [Label(f"series {i}", 1.0, 0.5 + i / 1000, "black") for i in range(6)])
        figure.draw_without_rendering()
        boxes = sorted(
            (Text.get_window_extent(text) for text in axes.texts), key=lambda box: box.y0
        )
    assert len(boxes) == 6
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))


def test_a_series_that_ends_nowhere_has_no_label():
    with style():
        axes = Figure().subplots()
        label_ends(axes, [Label("gone", float("nan"), 1.0, "black")])
    assert not axes.texts
