"""Values printed in the papers. They are compared with, never computed with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinearExperiment:
    """One column of the papers' Table 1."""

    cos_theta1: float
    cos_theta2: float
    phi: float


# Table 1, [TU] §6: ten valid experiments at d = 12. Other draws than ours: relations are to agree, not values.
TABLE1 = (
    LinearExperiment(-0.1970, -0.9992, 0.1812),
    LinearExperiment(-0.1907, -0.9992, 0.1870),
    LinearExperiment(-0.6017, -0.9984, 0.5888),
    LinearExperiment(-0.2119, -0.9994, 0.2048),
    LinearExperiment(-0.2449, -0.9955, 0.2032),
    LinearExperiment(-0.5054, -0.9988, 0.4985),
    LinearExperiment(-0.7794, -0.0795, 0.0738),
    LinearExperiment(-0.5868, -0.9972, 0.5895),
    LinearExperiment(-0.1655, -0.9993, 0.1480),
    LinearExperiment(-0.4739, -0.9942, 0.4497),
)

# Table 2, [TU] §6 and [FC] §6: 50 runs at d = 12.
TABLE2_RUNS = 50
TABLE2_VALID = 20
TABLE2_ALIGNED = 18  # of the valid ones, those with |cos θ2| > 0.9
TABLE2_COS_THETA1 = 0.3645
TABLE2_PHI = 0.3280
TABLE2_DIFFERENCE = 0.0367  # mean of ||cos θ1| - φ|
