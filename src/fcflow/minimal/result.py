"""What a search for least perturbations returns, and the lengths that may be averaged."""

from dataclasses import dataclass

from torch import Tensor

from fcflow.perturbations import Perturbation


@dataclass(frozen=True)
class FoundNorms:
    """The lengths of one batch that may be averaged, and how many points the others are.

    Attributes
    ----------
    norm : float64 [m]
        Of points that the model classifies as the source, and for which a perturbation was found.
    points, refused, misclassified, not_found : int
        All points; those at which the model has no finite answer; those that it does not classify
        as the source, whose norm is zero or says nothing about the classifier's robustness; and
        those for which nothing was found, whose norm is infinite.
    """

    norm: Tensor
    points: int
    refused: int
    misclassified: int
    not_found: int


@dataclass(frozen=True)
class MinimalPerturbation(Perturbation):
    """The shortest perturbation found for each of n points, and what there is to know about it.

    Attributes
    ----------
    delta : like x
        The perturbation; zero where nothing was found, or where nothing is needed.
    norm : float64 [n]
        ‖delta‖; infinite where nothing was found, NaN where the point was refused. Average
        ``found().norm``, which leaves out misclassified points, whose norm is zero.
    success : bool [n]
        Whether the model itself, evaluated in its own dtype at x + delta, meets the criterion.
    n_forward, n_backward : int64 [n]
        How often the model was evaluated at, and differentiated at, points belonging to x.
    criterion : {"any", "pair", "target"}
    source : int64 [n]
        The class to leave: what was given, or the model's answer at x.
    correct : bool [n]
        Whether the model answers with the source at x.
    reached : int64 [n]
        The model's answer at x + delta; -1 where the point was refused.
    certain : bool [n]
        Whether the flip is larger than what rounding can undo, in a batch of another size or on
        another machine. In float16 and bfloat16 most are not.
    reason : tuple of str, n of them
        Why a point has no perturbation; empty where it has one.
    notes : tuple of str
        What was done to the model or the points, and what could not be done.
    classes_compared, classes_searched : int
        How many other classes' distances were compared at x, to first order, and how many of the
        nearest were set out towards; of one given target, one. Classes further away by their
        gradients at x may be reached on the way, and then count.
    """

    criterion: str
    source: Tensor
    correct: Tensor
    reached: Tensor
    certain: Tensor
    reason: tuple[str, ...]
    notes: tuple[str, ...]
    classes_compared: int = 1
    classes_searched: int = 1

    def found(self) -> FoundNorms:
        """Return the lengths of correctly classified points with a perturbation, and the counts.

        Examples
        --------
        >>> import torch
        >>> from fcflow import minimal_perturbation
        >>> linear = torch.nn.Linear(2, 2, bias=False).eval()
        >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
        >>> result = minimal_perturbation(linear, torch.tensor([[1.0, 0.5], [-1.0, 0.0]]), 0)
        >>> found = result.found()
        >>> round(float(found.norm.mean()), 4), found.points, found.misclassified
        (1.0, 2, 1)
        """
        refused = self.norm.isnan()
        misclassified = ~self.correct & ~refused
        counted = self.correct & self.success
        return FoundNorms(
            self.norm[counted],
            len(self.norm),
            int(refused.sum()),
            int(misclassified.sum()),
            int((self.correct & ~self.success).sum()),
        )
