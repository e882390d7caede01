"""Training on points that are drawn for each step, and when it ends.

Where the points are a sample, a network that classifies all of them need not classify others. Here
every step sees points that no step saw before, the step size falls as 1/√(1 + step / τ), and
training ends when the network has made no error on held-out points, drawn from a stream of their
own: so many of them that its error rate is then below a tolerance, at a confidence.

A network that errs with probability p passes n points without an error with probability (1 - p)^n.
Of all checks of one run together, the probability that one is passed by a network whose error rate
is above the tolerance is at most 1 - confidence, if each has n points with
(1 - tolerance)^n ≤ (1 - confidence) / checks. That is the exact one-sided binomial bound, shared
out over the checks. Where 2^d corners are no more than that, all of them are held out, and the
accuracy is exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fcflow.data.fresh_corners import corner_key, fresh_corners
from fcflow.data.hypercube import all_corners
from fcflow.errors import InputError
from fcflow.seeds import Stream

# Held-out points that are classified at once: an untrained network fails in the first block.
_BLOCK = 4096


@dataclass(frozen=True)
class Stopping:
    """When a training on fresh points ends.

    Attributes
    ----------
    tolerance : float
        The error rate that a network has to be below.
    confidence : float
        With which probability none passes that is not, over all checks of its run.
    first_check : int
        The step after which it is first checked; then after twice as many, and so on.
    steps : int
        The most steps. The last check is there.
    beyond : float
        A network that passed is trained on until it has had so many times the steps that it took,
        or ``steps``, and has to pass again.

    Raises
    ------
    InputError
        If a number is out of its range.
    """

    tolerance: float
    confidence: float
    first_check: int
    steps: int
    beyond: float = 1.0

    def __post_init__(self) -> None:
        fits = 0 < self.tolerance < 1 and 0 < self.confidence < 1
        if not (fits and 1 <= self.first_check <= self.steps and self.beyond >= 1):
            raise InputError(
                "stopping needs a tolerance and a confidence in (0, 1), 1 ≤ first_check ≤ steps"
                f" and beyond ≥ 1, got {self}"
            )

    @property
    def checks(self) -> list[int]:
        """The steps after which a network is checked.

        Examples
        --------
        >>> Stopping(0.01, 0.95, first_check=100, steps=700).checks
        [100, 200, 400, 700]
        """
        steps = [self.first_check]
        while 2 * steps[-1] < self.steps:
            steps.append(2 * steps[-1])
        return steps if steps[-1] == self.steps else [*steps, self.steps]

    @property
    def confidence_each(self) -> float:
        """The confidence of one check, so that all of them hold together at ``confidence``.

        Examples
        --------
        >>> round(Stopping(0.01, 0.95, first_check=100, steps=700).confidence_each, 6)
        0.9875
        """
        # One check more: a network that passed is checked again once it was trained on.
        return 1.0 - (1.0 - self.confidence) / (len(self.checks) + (self.beyond > 1))

    @property
    def points(self) -> int:
        """How many points a check holds out.

        Examples
        --------
        >>> Stopping(0.001, 0.95, first_check=1, steps=1).points
        2995
        """
        return ceil(log(1.0 - self.confidence_each) / log(1.0 - self.tolerance))


class FreshTraining(Protocol):
    """A network in training, whose steps draw their own points."""

    def advance(self, steps: int) -> None:
        """Take so many further steps."""
        ...

    def network(self) -> Any:
        """Return a copy of the network as it is, which has a method ``gap``."""
        ...


@dataclass(frozen=True)
class Trained:
    """A network that was trained on fresh points.

    Attributes
    ----------
    network
    steps, passed_after : int
        Steps taken, and those after which it first passed, -1 if it never did.
    held_out, errors : int
        Points of the last check, and how many of them are misclassified.
    trained : bool
        Whether it passed at last.
    """

    network: Any
    steps: int
    passed_after: int
    held_out: int
    errors: int
    trained: bool


def train_until_no_error(
    training: FreshTraining, A: NDArray[np.float64], seed: int, stopping: Stopping
) -> Trained:
    """Train on fresh points until a check is passed, or the steps are used up.

    Parameters
    ----------
    training : FreshTraining
    A : float64 [d, d]
        The mixing matrix.
    seed : int
        The run's: held-out points have a stream of their own under it.
    stopping : Stopping

    Examples
    --------
    >>> from fcflow.networks.affine import initial_affine_network
    >>> from fcflow.training.affine_fresh import AffineFreshTraining
    >>> start, A = initial_affine_network(d=2, hidden=50, seed=0), np.eye(2)
    >>> training = AffineFreshTraining(start, A, seed=0, batch_size=8, decay_steps=100)
    >>> stopping = Stopping(tolerance=0.01, confidence=0.95, first_check=50, steps=400)
    >>> train_until_no_error(training, A, 0, stopping).trained
    True
    """
    held_out = HeldOut(A, seed, stopping.points)
    done = errors = 0
    for check in stopping.checks:
        training.advance(check - done)
        done = check
        # Of a network that goes on, it does not matter how many errors it makes.
        errors = held_out.errors(
            training.network().gap, at_most=1 if done < stopping.steps else None
        )
        if not errors:
            break
    passed_after = -1 if errors else done
    end = done if errors else min(stopping.steps, ceil(stopping.beyond * done))
    if end > done:
        training.advance(end - done)
        errors = held_out.errors(training.network().gap)
    return Trained(training.network(), end, passed_after, held_out.points, errors, errors == 0)


class HeldOut:
    """Points that a run's training never sees, other ones for each check.

    Parameters
    ----------
    A : float64 [d, d]
    seed : int
        The run's.
    points : int
        How many a check has; all 2^d corners if these are no more.
    """

    def __init__(self, A: NDArray[np.float64], seed: int, points: int) -> None:
        d = len(A)
        self._A = A
        self._key = corner_key(seed, Stream.HELD_OUT_POINTS)
        self._corners = all_corners(d).astype(np.float64) if 2**d <= points else None
        self.points = points if self._corners is None else len(self._corners)
        self._drawn = 0

    def errors(
        self,
        gap: Callable[[NDArray[np.float64]], NDArray[np.float64]],
        *,
        at_most: int | None = None,
    ) -> int:
        """Return how many points of a new check are misclassified.

        Parameters
        ----------
        gap : callable
            From points [n, d] to their gaps of class 0 over class 1.
        at_most : int, optional
            Stop once so many are.
        """
        first, found = self._drawn, 0
        self._drawn += self.points
        for low in range(0, self.points, _BLOCK):
            if at_most is not None and found >= at_most:
                break
            n = min(_BLOCK, self.points - low)
            z = (
                fresh_corners(self._key, first + low, n, len(self._A))
                if self._corners is None
                else self._corners[low : low + n]
            )
            found += int(np.count_nonzero(~(z[:, -1] * gap(z @ self._A.T) > 0)))
        return found
