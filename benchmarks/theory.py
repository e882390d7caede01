"""The theorems' simulations, against NumPy loops and over the dimension."""

from itertools import pairwise

import numpy as np
import pandas as pd

from benchmarks.measure import compare, median_seconds
from fcflow.seeds import Stream, generator
from fcflow.theory.gaussian_products import product_factors
from fcflow.theory.interpolation_attack import attack_interpolation, nearest_pair_distance
from fcflow.theory.trailing_block import last_inverse_rows, trailing_block

WANTED = 5.0  # the aim for the ratio to the loops


def _theorem1_plainly(X):
    """Return ‖e‖ and the least distance of every matrix, by QR and by all pairs, one at a time."""
    norms, distances = [], []
    for matrix in X:
        Q, R = np.linalg.qr(matrix)
        signs = np.where(np.diag(R) < 0, -1.0, 1.0)
        Q, R = Q * signs, R * signs[:, None]
        basis = np.zeros(len(R))
        basis[-2], basis[-1] = R[-2, -2] - R[-2, -1], -R[-1, -1]
        e = Q @ basis
        outputs = np.linalg.inv(matrix) @ (matrix[:, -1] + e)
        assert outputs[-2] > outputs[-1]
        norms.append(np.linalg.norm(e))
        others = [
            np.linalg.norm(matrix[:, i + 1 :] - matrix[:, [i]], axis=0).min()
            for i in range(len(R) - 1)
        ]
        distances.append(min(others))
    return np.array(norms), np.array(distances)


def _theorem1(X):
    attack = attack_interpolation(X)
    assert attack.flipped.all()
    return attack.norm, nearest_pair_distance(X)


def _lemma3_plainly(widths, draws, draw):
    factors = []
    for _ in range(draws):
        product = np.eye(widths[0])
        for before, after in pairwise(widths):
            product = draw.standard_normal((after, before)) @ product
        R = np.linalg.qr(product, mode="r")
        factors.append(R * np.where(np.diag(R) < 0, -1.0, 1.0)[:, None])
    return np.stack(factors)


def against_loops() -> pd.DataFrame:
    """Compute the same numbers on one core: stacks of matrices against a loop over them."""
    rows = []
    for d, draws in ((4, 1000), (16, 1000), (64, 200), (256, 20), (1024, 2)):
        X = np.random.default_rng(d).standard_normal((draws, d, d))
        for ours, plain in zip(_theorem1(X), _theorem1_plainly(X), strict=True):
            np.testing.assert_allclose(ours, plain, rtol=1e-5)
        times = compare(lambda X=X: _theorem1(X), lambda X=X: _theorem1_plainly(X))
        row = {"what": "theorem 1", "size": f"d = {d}", "draws": draws}
        rows.append(row | times._asdict() | {"wanted": WANTED})
    for widths in ([4, 4], [3, 5, 7], [5, 8, 12, 12]):

        def stacked(widths=widths):
            return product_factors(widths, 4000, generator(0, Stream.MATRIX))

        def looped(widths=widths):
            return _lemma3_plainly(widths, 4000, generator(0, Stream.MATRIX))

        times = compare(stacked, looped)
        row = {"what": "lemma 3", "size": "-".join(map(str, widths)), "draws": 4000}
        rows.append(row | times._asdict() | {"wanted": WANTED})
    return pd.DataFrame(rows)


def growth() -> pd.DataFrame:
    """Time of one attack against d, without and with the whole QR decomposition."""
    rows = []
    for d in (64, 128, 256, 512, 1024, 2048):
        X = np.random.default_rng(d).standard_normal((1, d, d))
        ours = median_seconds(lambda X=X: trailing_block(last_inverse_rows(X)), 3)
        plain = median_seconds(lambda X=X: np.linalg.qr(X), 3)
        distances = median_seconds(lambda X=X: nearest_pair_distance(X), 3)
        rows += [
            {"what": "last block of R", "d": d, "s": ours},
            {"what": "Q and R", "d": d, "s": plain},
            {"what": "least distance", "d": d, "s": distances},
        ]
    table = pd.DataFrame(rows)
    for what, group in table.groupby("what"):
        exponent = np.polyfit(np.log(group["d"]), np.log(group["s"]), 1)[0]
        table.loc[table["what"] == what, "exponent"] = exponent
    return table
