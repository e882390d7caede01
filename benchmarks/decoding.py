"""The sphere decoder: against brute force, and how it grows with the dimension."""

from itertools import product

import numpy as np
import pandas as pd

from benchmarks.measure import compare, median_seconds
from fcflow.data.hypercube import draw_matrix
from fcflow.theory.class_distance import class_distance
from fcflow.theory.closest_vector import closest_points, nearest_other_class


def against_brute_force() -> pd.DataFrame:
    """Decode one point, against one product with all 2^(d-1) differences."""
    rows = []
    for d in (8, 12, 16):
        A, z = draw_matrix(d, 1.0, seed=0), np.ones(d, dtype=int)
        differences = np.array([(*bits, 1) for bits in product((0, 1), repeat=d - 1)], dtype=float)

        def brute(A=A, differences=differences):
            return np.linalg.norm(differences @ A.T, axis=1).min()

        def decode(A=A, z=z):
            return nearest_other_class(A, z)

        assert abs(brute() - decode()) < 1e-9 * brute()
        rows.append({"d": d, **compare(decode, brute, 9)._asdict()})
    return pd.DataFrame(rows)


def growth() -> pd.DataFrame:
    """Time and nodes for one point, over 20 points of one matrix for 5 seeds."""
    rows = []
    for column_scale in (1.0, 5.0):
        for d in (12, 20, 30, 40, 60):
            matrices = [draw_matrix(d, column_scale, seed) for seed in range(5)]
            z = np.random.default_rng(0).choice([-1, 1], (20, d))
            # The limit is there so that a change for the worse ends in "proved" being false.
            nearest = [closest_points(A, z, max_nodes=50_000_000) for A in matrices]
            elapsed = median_seconds(lambda m=matrices, z=z: [closest_points(A, z) for A in m], 3)
            nodes = np.concatenate([points.nodes for points in nearest])
            rows.append(
                {
                    "column_scale": column_scale,
                    "d": d,
                    "ms_per_point": elapsed * 10,  # 1000 ms over 5 · 20 points
                    "nodes": nodes.mean(),
                    "nodes_max": nodes.max(),
                    "proved": bool(np.all([points.proved for points in nearest])),
                }
            )
    return pd.DataFrame(rows)


def classes() -> pd.DataFrame:
    """Find the least distance of two classes; to d = 10 also by all 3^(d-1) differences."""
    rows = []
    for column_scale in (1.0, 5.0):
        for d in (6, 8, 10, 20, 30, 40, 50):
            matrices = [draw_matrix(d, column_scale, seed) for seed in range(5)]
            distances = [class_distance(A, max_nodes=100_000_000) for A in matrices]
            row = {
                "column_scale": column_scale,
                "d": d,
                "nodes": np.mean([distance.nodes for distance in distances]),
                "nodes_max": max(distance.nodes for distance in distances),
                "proved": all(distance.proved for distance in distances),
            }
            if d <= 10:
                differences = np.array(
                    [(*u, 1) for u in product((-1, 0, 1), repeat=d - 1)], dtype=float
                )

                def brute(matrices=matrices, differences=differences):
                    return [2 * np.linalg.norm(differences @ A.T, axis=1).min() for A in matrices]

                def decode(matrices=matrices):
                    return [class_distance(A).distance for A in matrices]

                np.testing.assert_allclose(decode(), brute())
                pair = compare(decode, brute, 5)
                # 1000 ms over 5 matrices.
                rows.append(row | {"ms": pair.ours_s * 200, "over_brute_force": pair.ratio})
            else:
                elapsed = median_seconds(lambda m=matrices: [class_distance(A) for A in m], 3)
                rows.append(row | {"ms": elapsed * 200, "over_brute_force": np.nan})
    return pd.DataFrame(rows)
