"""Lemma 3 by simulation: the QR decomposition of products of Gaussian matrices, tested."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from tqdm import tqdm

from fcflow.experiments.theory.lemma3.columns import TESTS
from fcflow.experiments.theory.simulation import simulation
from fcflow.seeds import Stream, generator, run_seed
from fcflow.stats import holm_adjusted
from fcflow.theory.gaussian_products import product_factors, triangular_products


@simulation("lemma3", writes=TESTS)
def simulate_lemma3(
    *, seed: int, widths: Sequence[Sequence[int]], draws: int, error_rate: float, wrong_degrees: int
) -> pd.DataFrame:
    """Test R of whole products against the lemma's product of triangular factors, one row a test.

    Every entry on and above the diagonal and every singular value is tested by Kolmogorov and
    Smirnov's two-sample test. Holm's adjustment over all tests of all ``widths`` keeps the chance
    of any false rejection below ``error_rate``. The same tests against factors with
    ``wrong_degrees`` too many degrees of freedom show that a wrong law would be noticed.

    Returns
    -------
    DataFrame
        As :data:`~fcflow.experiments.theory.lemma3.columns.TESTS`; rows whose ``wrong_degrees`` is
        0 test the lemma.
    """
    parts = []
    for extra in (0, wrong_degrees):
        shapes = tqdm(widths, desc=f"degrees + {extra}")
        tests = pd.concat([_tests(seed, shape, draws, extra) for shape in shapes])
        adjusted = holm_adjusted(tests["p_value"])
        parts.append(tests.assign(adjusted_p_value=adjusted, rejected=adjusted < error_rate))
    return TESTS.table(pd.concat(parts, ignore_index=True))


def _tests(seed: int, widths: Sequence[int], draws: int, extra: int) -> pd.DataFrame:
    own = run_seed(seed, "lemma3", *widths)
    products = _quantities(product_factors(widths, draws, generator(own, Stream.MATRIX)))
    by_law = _quantities(
        triangular_products(widths, draws, generator(own, Stream.FACTORS), extra_degrees=extra)
    )
    tests = [stats.ks_2samp(products[name], by_law[name], method="asymp") for name in products]
    return pd.DataFrame(
        {
            "widths": "-".join(map(str, widths)),
            "wrong_degrees": extra,
            "quantity": list(products),
            "draws": draws,
            "statistic": [test.statistic for test in tests],
            "p_value": [test.pvalue for test in tests],
        }
    )


def _quantities(R: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return what is tested of factors R [draws, n, n], each [draws], by name."""
    entries = {
        f"R[{i + 1},{j + 1}]": R[:, i, j]
        for i, j in zip(*np.triu_indices(R.shape[-1]), strict=True)
    }
    values: NDArray[np.float64] = np.asarray(np.linalg.svd(R, compute_uv=False), dtype=np.float64)
    return entries | {f"singular value {k + 1}": values[:, k] for k in range(R.shape[-1])}
