"""What is proved of perturbations found, drawn."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fcflow.experiments.ablations.certified.columns import TABLE
from fcflow.experiments.ablations.certified.seen import seen
from fcflow.experiments.ablations.certified.tables import LABELS, depth_words, with_certificates
from fcflow.experiments.ablations.columns import ATTACKS, NETWORKS
from fcflow.experiments.ablations.drawing import draw_cells, nothing_learned, plain_log_axes
from fcflow.experiments.vulnerability.totals import value_of
from fcflow.paper.figure import figure
from fcflow.paper.numbers import number
from fcflow.paper.style import AZURE, BLACK, GREEN, ORANGE, headline

_SAME = 5e-4  # shares that are nearer are written alike
_COLORS = dict(zip(ATTACKS, (GREEN, AZURE, ORANGE), strict=True))


@figure(
    "ablations_certified",
    reads={
        "networks": NETWORKS.at("results/ablations/networks.parquet"),
        "rows": TABLE.at("results/tables/ablations_certified.parquet"),
    },
    label="What is proved",
    shows="certified bounds beside every attack",
    caption="For each network that has learned, the mean length that an attack finds against the"
    " length that is proved to be needed; no perturbation lies below the line. Below: the share"
    " that is proved, by the number of hidden layers that are not linear, with intervals; in"
    " brackets the number of networks. Projections go to the nearest boundary step by step; DDN"
    " (decoupled direction and norm) changes the direction and the length of a perturbation in"
    " turn; fast gradient is one step along the gradient.",
)
def ablations_certified(networks: pd.DataFrame, rows: pd.DataFrame) -> Figure:
    """Draw a panel for each attack, and the shares."""
    own = with_certificates(networks)
    drawn = Figure(figsize=(9.6, 7.2))
    if own.empty:
        nothing_learned(drawn.subplots())
        return drawn
    axes = drawn.subplot_mosaic([[*ATTACKS], ["shares"] * len(ATTACKS)], height_ratios=(1, 1.7))
    lengths = own[["certified", *ATTACKS]].to_numpy(dtype=float)
    # An attack may have found nothing on all points of a network.
    ends = [np.nanmin(lengths) * 0.9, np.nanmax(lengths) * 1.1]
    for name, color in _COLORS.items():
        panel = axes[name]
        panel.plot(ends, ends, color=BLACK, linewidth=0.8)
        panel.scatter(own["certified"], own[name], s=8, alpha=0.5, color=color, linewidths=0)
        share = number(value_of(rows, "proved", name))
        panel.set_title(f"{LABELS[name]}: {share} is proved", fontsize=8.5)
        panel.set(xlim=ends, ylim=ends, xlabel="length proved to be needed")
        plain_log_axes(panel)
    axes[ATTACKS[0]].set_ylabel("length of the perturbation found")
    shares, labels = _apart(rows[rows["at"].notna()])
    shares = shares.assign(
        series=[
            f"{labels[name]}, {depth_words(at)}"
            for name, at in zip(shares["series"], shares["at"], strict=True)
        ]
    )
    draw_cells(axes["shares"], shares, "proved", color=BLACK)
    axes["shares"].tick_params(axis="y", labelsize=6)
    axes["shares"].set(xlabel="share of the length found that is proved")
    headline(drawn, seen(rows))
    return drawn


def _apart(shares: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return shares without projections where these are what was found, and the rows' names."""
    found, projected = (
        shares.loc[shares["series"] == name, "estimate"].to_numpy(dtype=float)
        for name in ("norm", "projection")
    )
    if found.shape != projected.shape or not np.allclose(found, projected, rtol=0, atol=_SAME):
        return shares, LABELS
    kept = shares[shares["series"] != "projection"]
    return kept, LABELS | {"norm": f"{LABELS['norm']} (by {LABELS['projection']})"}
