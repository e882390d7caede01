"""The claims of Lemmas 2 and 3, Theorems 1, 4, 5, 6 and 7, and section 5."""

import math

import numpy as np
import pandas as pd

from fcflow.paper.claims.claim import (
    Claims,
    Finding,
    Verdict,
    always,
    estimate_of,
    graded,
    near,
    untestable,
)
from fcflow.paper.theory.rows import pick, total
from fcflow.stats import Estimate, proportion_estimate

CLAIMS = Claims()

_ORTHONORMAL = (
    "H1ᵀH1 = I is printed with m × m, which an H1 [m, d] has for m = d alone; checked with"
    " orthonormal columns, H1ᵀH1 = I of size d × d, for which f(x) = X⁻¹x whatever m."
)


def _pooled(rows: pd.DataFrame) -> Estimate:
    """Return a share over all dimensions and series, from the shares at each."""
    if rows.empty:
        return Estimate(math.nan, math.nan, math.nan, 0)
    hits = int((rows["estimate"] * rows["n"]).round().sum())
    return proportion_estimate(hits, int(rows["n"].sum()))


@CLAIMS.add(
    "theorem1-distances",
    "Theorem 1, first claim",
    "The least distance between d Gaussian points is at least (1 − ε)√(2d) with high probability.",
    statistic="mean of the least distance over √(2d) at the largest d",
    rule=(
        "reproduced if it rises with d from d = 16 on and at the largest d all draws satisfy the"
        " bound for every ε tried; with deviation if it rises, and they do for some ε"
    ),
    artifacts=("theorem1",),
)
def _distances_concentrate(rows: pd.DataFrame) -> Finding:
    found = pick(rows, "concentration")
    rises = bool((np.diff(found.loc[found["at"] >= 16, "estimate"]) > 0).all())
    last = found.iloc[-1]
    apart = rows[rows["quantity"].str.startswith("apart_") & (rows["at"] == last["at"])]
    epsilons = [name.removeprefix("apart_") for name in apart["quantity"]]
    kept = apart["estimate"] == 1.0
    note = (
        f"d = {last['at']:g}; ε = {', '.join(epsilons)} tried. “For every ε” means for each fixed ε"
        " as d grows: at any d a small enough ε fails."
    )
    verdict = graded(rises and bool(kept.all()), rises and bool(kept.any()))
    return Finding(estimate_of(last), verdict, "→ 1", note)


@CLAIMS.add(
    "theorem1-optimal",
    "Theorem 1, first claim",
    "The minimum-distance classifier tolerates perturbations of the order of √(2d)/2.",
    statistic="exponent of d in half the least distance, d ≥ 16",
    rule=(
        "reproduced if the interval holds 1/2; with deviation if the estimate is within 0.15 of it"
    ),
    artifacts=("theorem1",),
)
def _optimal_tolerance_grows(rows: pd.DataFrame) -> Finding:
    note = (
        "Above 1/2 at finite d: the least of d²/2 distances approaches √(2d) from below, as the"
        " exact law says."
    )
    return near(estimate_of(total(rows, "tolerated_exponent")), 0.5, 0.15, note)


@CLAIMS.add(
    "theorem1-flips",
    "Theorem 1, second claim",
    "Adding e = Q₂ e_basis to x_d makes f_(d−1) larger than f_d.",
    statistic="share of networks flipped, all d",
    rule=(
        "reproduced if every network is flipped and the outputs are 1 and 0 to what conditioning"
        " allows"
    ),
    artifacts=("theorem1",),
)
def _interpolation_flips(rows: pd.DataFrame) -> Finding:
    found = always(_pooled(pick(rows, "flipped")), _ORTHONORMAL)
    exact = pick(rows, "rounding")["estimate"].max() <= 10
    return (
        found
        if exact
        else Finding(found.estimate, Verdict.FAILED, "1", "the outputs are not 1 and 0")
    )


@CLAIMS.add(
    "theorem1-target",
    "Theorem 1, proof",
    "The attack is a targeted one: the network answers d − 1.",
    statistic="share of networks whose largest output is d − 1, all d",
    rule=(
        "reproduced if all are; with deviation if f_(d−1) > f_d everywhere but another output may"
        " be the largest"
    ),
    artifacts=("theorem1",),
)
def _interpolation_reaches_target(rows: pd.DataFrame) -> Finding:
    share = _pooled(pick(rows, "targeted"))
    flipped = _pooled(pick(rows, "flipped")).value == 1.0
    last = pick(rows, "targeted").iloc[-1]
    note = (
        f"The proof fixes the last two outputs alone; at d = {last['at']:g} another output is the"
        f" largest in {1 - last['estimate']:.0%} of the networks. The class changes all the same."
    )
    return Finding(share, graded(share.value == 1.0, flipped), "1", note)


@CLAIMS.add(
    "theorem1-norm",
    "Theorem 1, second claim",
    "That perturbation's norm is bounded by a constant independent of d.",
    statistic="exponent of d in the mean of ‖e‖, d ≥ 16",
    rule="reproduced if the interval holds 0; with deviation if the estimate is within 0.05 of it",
    artifacts=("theorem1",),
)
def _interpolation_norm_is_bounded(rows: pd.DataFrame) -> Finding:
    tail = pick(rows, "norm_q0.95")["expected"].iloc[0]
    note = (
        "The law of ‖e‖ is the same at every d ≥ 2; the constant that holds with probability 95 %"
        f" is {tail:.3f}."
    )
    return near(estimate_of(total(rows, "norm_exponent")), 0.0, 0.05, note)


@CLAIMS.add(
    "theorem1-ratio",
    "Theorem 1, remark 2",
    "The network tolerates O(1) where the optimal classifier tolerates O(√d).",
    statistic="exponent of d in ‖e‖ over half the least distance, d ≥ 16",
    rule=(
        "reproduced if the interval holds −1/2; with deviation if the estimate is within 0.15 of it"
    ),
    artifacts=("theorem1",),
)
def _interpolation_ratio(rows: pd.DataFrame) -> Finding:
    note = "Steeper than −1/2 at finite d, as the least distance is still approaching √(2d)."
    return near(estimate_of(total(rows, "ratio_exponent")), -0.5, 0.15, note)


@CLAIMS.add(
    "lemma2-bound",
    "Lemma 2",
    "P(χ²_d ≤ αd) ≤ (α e^(1−α))^(d/2) for α < 1.",
    statistic="least ln(bound / P) over all d and α",
    rule="reproduced if it is not negative; exact values, no sampling",
    artifacts=("lemma2",),
)
def _chi_square_bound_holds(rows: pd.DataFrame) -> Finding:
    least = float(((rows["expected"] - rows["estimate"]) * rows["at"]).min())
    estimate = Estimate(least, least, least, len(rows))
    return Finding(
        estimate,
        graded(least >= 0, close=False),
        "≥ 0",
        "For 0 < α < 1; at α ≤ 0 the probability is 0.",
    )


@CLAIMS.add(
    "lemma2-limit",
    "Lemma 2",
    "ln P / d goes to −∞ as α → 0.",
    statistic="slope of ln P / d against ln α at the largest d, α ≤ 0.1",
    rule="reproduced if it is within 0.05 of 1/2, so that ln P / d falls without bound",
    artifacts=("lemma2",),
)
def _chi_square_exponent_diverges(rows: pd.DataFrame) -> Finding:
    last = rows[(rows["at"] == rows["at"].max()) & (rows["series"].astype(float) <= 0.1)]
    if len(last) < 2:
        return untestable("fewer than two α ≤ 0.1", "0.5")
    slope = float(np.polyfit(np.log(last["series"].astype(float)), last["estimate"], 1)[0])
    estimate = Estimate(slope, slope, slope, len(last))
    return Finding(estimate, graded(abs(slope - 0.5) <= 0.05, close=False), "0.5")


@CLAIMS.add(
    "lemma3",
    "Lemma 3",
    "R of a product of Gaussian matrices follows the law of a product of independent triangular"
    " factors.",
    statistic="tests that reject, of two-sample tests of every entry and singular value",
    rule=(
        "reproduced if none rejects after Holm's adjustment while a wrong degree of freedom is"
        " rejected for every shape"
    ),
    artifacts=("lemma3",),
)
def _qr_of_products(rows: pd.DataFrame) -> Finding:
    true, wrong = (
        rows[rows["series"].str.endswith(name)] for name in (", lemma", ", wrong degrees")
    )
    rejected, tests = (pick(true, name)["estimate"].sum() for name in ("rejected", "tests"))
    if not (pick(wrong, "rejected")["estimate"] > 0).all():
        return untestable("the tests have no power: a wrong degree of freedom passes", "0")
    estimate = Estimate(float(rejected), math.nan, math.nan, int(tests))
    note = (
        f"{int(true['n'].max())} draws on each side; R's diagonal is taken positive, which the"
        " lemma leaves open."
    )
    return Finding(estimate, graded(rejected == 0, close=False), "0", note)


@CLAIMS.add(
    "theorem4-distances",
    "Theorem 4, first claim",
    "Points from Gaussian layers keep a least distance of (1 − ε)√(2d).",
    statistic="least distance over √(2d), mean at the largest d, the smallest of all settings",
    rule=(
        "reproduced if it rises from the first to the last d in every setting and ends above 0.8;"
        " with deviation if it rises"
    ),
    artifacts=("theorem4",),
)
def _layered_distances(rows: pd.DataFrame) -> Finding:
    found = [pick(rows, "concentration", name) for name in sorted(set(rows["series"]))]
    rises = all(each["estimate"].iloc[-1] > each["estimate"].iloc[0] for each in found)
    worst = min((each.iloc[-1] for each in found), key=lambda last: last["estimate"])
    verdict = graded(rises and worst["estimate"] >= 0.8, rises)
    return Finding(
        estimate_of(worst),
        verdict,
        "→ 1",
        f"d = {worst['at']:g}; layers and widening {worst['series']}.",
    )


@CLAIMS.add(
    "theorem4-norm",
    "Theorem 4, second claim",
    "Behind Gaussian layers too, a perturbation bounded by a constant independent of d flips the"
    " network.",
    statistic="exponent of d in the mean of ‖e‖, the largest of all settings",
    rule=(
        "reproduced if every network is flipped and every setting's interval ends below 0.05; with"
        " deviation if every estimate is below 0.1"
    ),
    artifacts=("theorem4",),
)
def _layered_norm_is_bounded(rows: pd.DataFrame) -> Finding:
    slopes = pick(rows, "norm_exponent")
    largest = slopes.sort_values("estimate").iloc[-1]
    note = (
        f"{len(slopes)} settings of layers and widening. With square layers ‖e‖ falls with d, to"
        f" d^{slopes['estimate'].min():.2f} at the steepest: the theorem's constant is then"
        " generous."
    )
    if _pooled(pick(rows, "flipped")).value != 1.0:
        return Finding(estimate_of(largest), Verdict.FAILED, "≤ 0", "a network was not flipped")
    verdict = graded(bool((slopes["high"] <= 0.05).all()), bool((slopes["estimate"] <= 0.1).all()))
    return Finding(estimate_of(largest), verdict, "≤ 0", note)


@CLAIMS.add(
    "theorem5-bound",
    "Theorem 5",
    "‖Δ‖ = |r11 a_i1 − (r12 a_i1 + r22 a_i2)| / ‖probe_i − probe_j‖ reaches the boundary within the"
    " probes' span.",
    statistic="largest relative difference of the constructed ‖Δ‖ from the bound",
    rule=(
        "reproduced if it, the gap left and the share of Δ outside the span are below 1e-6 and all"
        " networks flip"
    ),
    artifacts=("theorem5",),
)
def _probing_bound_is_attained(rows: pd.DataFrame) -> Finding:
    worst = {
        name: float(pick(rows, name)["estimate"].max())
        for name in ("attained", "tie", "outside_span")
    }
    shares = _pooled(pick(rows, "flipped"))
    held = max(worst.values()) <= 1e-6 and shares.value == 1.0
    note = (
        "At Δ the outputs tie; a step longer by one millionth flips them. Of more than two classes,"
        " a third may win."
    )
    estimate = Estimate(worst["attained"], math.nan, math.nan, shares.n)
    return Finding(estimate, graded(held, close=False), "0", note)


@CLAIMS.add(
    "theorem5-projection",
    "Theorem 5",
    "That perturbation is no longer than the input's projection onto the two probing vectors'"
    " span.",
    statistic="share of networks with ‖Δ‖ ≤ ‖(a_i1, a_i2)‖",
    rule="reproduced if all satisfy it",
    artifacts=("theorem5",),
)
def _probing_projection(rows: pd.DataFrame) -> Finding:
    slope = total(rows, "projection_norm_exponent")
    return always(
        _pooled(pick(rows, "held")),
        f"The projection's norm grows as d^{slope['estimate']:.2f}, ‖x‖ as √d.",
    )


@CLAIMS.add(
    "theorem6-distance",
    "Theorem 6, first claim",
    "Points of different classes are at least α√d apart, for a constant α.",
    statistic="exponent of d in the exact class distance, unscaled columns, d ≥ 8",
    rule=(
        "reproduced if the interval begins above 0.45, so that α does not fall; with deviation if"
        " the estimate does"
    ),
    artifacts=("theorem6",),
)
def _classes_are_apart(rows: pd.DataFrame) -> Finding:
    names = sorted(name for name in set(rows["series"]) if name)
    name = "scale 1" if "scale 1" in names else (names or [""])[0]
    slope = pick(rows, "class_distance_exponent", name)
    if slope.empty or not slope["n"].iloc[0] > 0:
        return untestable("no class distance was decoded at two dimensions", "≥ 0.5")
    estimate = estimate_of(slope.iloc[0])
    least, low = pick(rows, "alpha_min", name).iloc[-1], pick(rows, "alpha_q0.05", name).iloc[-1]
    note = (
        f"At d = {least['at']:g} α is {least['estimate']:.2f} at the least of {least['n']}"
        f" matrices, {low['estimate']:.2f} at the 5 % quantile. The constant holds with high"
        " probability over A, not for every A."
    )
    return Finding(estimate, graded(estimate.low >= 0.45, estimate.value >= 0.45), "≥ 0.5", note)


@CLAIMS.add(
    "theorem6-flips",
    "Theorem 6, second claim",
    "Moving x by 2|R_dd| along Q[:, d] exchanges the outputs at every point.",
    statistic="share of points flipped, all d",
    rule="reproduced if every point is flipped",
    artifacts=("theorem6",),
)
def _hypercube_flips(rows: pd.DataFrame) -> Finding:
    return always(_pooled(pick(rows, "flipped")), "Half of it, |R_dd|, reaches the boundary.")


@CLAIMS.add(
    "theorem6-norm",
    "Theorem 6, second claim",
    "That perturbation's norm is bounded by a constant independent of d.",
    statistic="exponent of d in the mean of |R_dd|",
    rule="reproduced if the interval holds 0; with deviation if the estimate is within 0.05 of it",
    artifacts=("theorem6",),
)
def _hypercube_norm_is_bounded(rows: pd.DataFrame) -> Finding:
    note = "|R_dd| follows the law of |N(0, 1)| at every d; printed as 2R_dd, which needs |R_dd|."
    return near(estimate_of(total(rows, "norm_exponent")), 0.0, 0.05, note)


@CLAIMS.add(
    "theorem7-energy",
    "Theorem 7",
    "With Gaussian gradients, moving along x1 − x2 is O(d) times as hard, in squared norm, as"
    " attacking.",
    statistic="exponent of d in ‖P v‖² / ‖v‖²",
    rule=(
        "reproduced if the interval holds −1 and no test rejects the laws χ²_2, χ²_d and Beta(1,"
        " (d−2)/2); with deviation if the estimate is within 0.05"
    ),
    artifacts=("theorem7",),
)
def _gradients_see_two_over_d(rows: pd.DataFrame) -> Finding:
    p = float(total(rows, "least_adjusted_p")["estimate"])
    found = near(
        estimate_of(total(rows, "ratio_exponent")),
        -1.0,
        0.05,
        f"Mean 2/d exactly; least adjusted p {p:.3f}.",
    )
    if p < 0.01 and found.verdict is Verdict.REPRODUCED:
        return Finding(
            found.estimate, Verdict.FAILED, found.expected, f"a law is rejected, adjusted p {p:.4f}"
        )
    return found


@CLAIMS.add(
    "theorem7-first-order",
    "Theorem 7",
    "A perturbation within the gradients' span matches, to first order in ε, the outputs at the"
    " other class's point.",
    statistic=(
        "largest residual at the smallest ε, relative to the change of the outputs, trained ReLU"
        " networks"
    ),
    rule="reproduced if it is at most 1e-6; with deviation if it is at most 1e-3 and falls with ε",
    artifacts=("first_order",),
)
def _first_order_holds(rows: pd.DataFrame) -> Finding:
    found = pick(rows, "residual_max")
    if found.empty:
        return untestable("no accurate network", "→ 0")
    first, last = found.iloc[0], found.iloc[-1]
    falls = bool(first["estimate"] <= last["estimate"])
    size = float(total(rows, "size_ratio")["estimate"])
    verdict = graded(first["estimate"] <= 1e-6, first["estimate"] <= 1e-3 and falls)
    note = (
        f"ε = {first['at']:g}; that perturbation has {size:.3f} of the full move's norm on average."
    )
    return Finding(
        Estimate(first["estimate"], math.nan, math.nan, int(first["n"])), verdict, "→ 0", note
    )


@CLAIMS.add(
    "section5-identity",
    "Section 5, (8)",
    "The integral of ‖∇g‖ cos θ along the path is g(x1) − g(x2).",
    statistic=(
        "share of paths, on every trained network, that agree within the quadrature's tolerance"
    ),
    rule="reproduced if at least 99 % do; with deviation if 90 % do",
    artifacts=("identity",),
)
def _path_integral_is_the_change(rows: pd.DataFrame) -> Finding:
    share = proportion_estimate(int(rows["converged"].sum()), int(rows["paths"].sum()))
    counts = rows.groupby("experiment", sort=False)[["converged", "paths"]].sum()
    told = ", ".join(
        f"{name} {row['converged']} of {row['paths']}" for name, row in counts.iterrows()
    )
    note = f"By networks: {told}."
    return Finding(share, graded(share.value >= 0.99, share.value >= 0.9), "1", note)
