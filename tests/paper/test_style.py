"""Figures depend on the package alone, however it is started and whatever a user has set."""

import os
import subprocess
import sys

import matplotlib as mpl

from fcflow.paper.style import style

DRAW = """
import os, sys
from fcflow.jobs import plain_matplotlib
os.environ.update(plain_matplotlib())
from fcflow.paper.style import save_figure, style
from matplotlib.figure import Figure
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
svg.fonttype: none
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
