"""Values printed in the papers. Results are compared with them, never computed from them."""

from dataclasses import dataclass


def shown(value: float) -> str:
    """Return a published value as claims show what they expect.

    Examples
    --------
    >>> shown(TABLE2_VALID / TABLE2_RUNS)
    '0.4'
    """
    return f"{value:g}"


@dataclass(frozen=True)
class LinearExperiment:
    """One column of the papers' Table 1."""

    cos_theta1: float
    cos_theta2: float
    phi: float

    @property
    def difference(self) -> float:
        """By how much |cos θ1| and φ differ."""
        return abs(abs(self.cos_theta1) - self.phi)


# Table 1, [TU] §6: ten valid experiments at d = 12. The draws are not the same as ours, so the
# relations between the columns should agree, but not the values.
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

# Table 3, [FC] §6 and [TU] §6: ρ over 50 accurate networks with one hidden layer, d = 12, at ten
# points of the segment.
TABLE3_ALPHA = (0.0, 0.111, 0.222, 0.333, 0.444, 0.556, 0.667, 0.778, 0.889, 1.0)
TABLE3_MEAN = (0.3278, 0.3275, 0.3273, 0.3270, 0.3272, 0.3275, 0.3274, 0.3281, 0.3280, 0.3276)
TABLE3_MEDIAN = (0.3270, 0.3261, 0.3258, 0.3255, 0.3303, 0.3307, 0.3293, 0.3322, 0.3315, 0.3324)

# Tables 5 and 6, [FC] §6: five sevens. The papers' text lacks the entries of both tables, so only
# the number of pairs is printed beside ours.
TABLE5_PAIRS = 5

# Tables 7 and 8, [FC] §6: four English springers and their closest Afghan hounds on
# Inception-ResNet-v2. The papers' text lacks the entries of both tables, so only the number of
# pairs is printed beside ours.
TABLE8_PAIRS = 4
