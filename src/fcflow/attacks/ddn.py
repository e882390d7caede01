"""The DDN attack of Rony et al. (CVPR 2019), as Foolbox implements it: a check on our own."""

import torch
from torch import Tensor, nn

from fcflow.attacks.goal import Goal, gap
from fcflow.attacks.others.counted import lent
from fcflow.attacks.pair_logits import PairLogits
from fcflow.attacks.registry import attack
from fcflow.errors import InputError
from fcflow.extras import paper_extra
from fcflow.gradients.batches import DEFAULT_BATCH, chunks
from fcflow.gradients.bounds import Bounds
from fcflow.gradients.margins import Criterion
from fcflow.perturbations import Perturbation

with paper_extra():
    import foolbox

# Times the largest coordinate: no perturbation goes that far.
_OUT_OF_REACH = 1e3


class _Logits(nn.Module):
    """The logits of a model that is given a copy of its input."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.training = model, False

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.model(x.clone())
        return logits


@attack("ddn", label="DDN")
def ddn(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor,
    target: int | Tensor,
    *,
    steps: int = 100,
    criterion: Criterion = "pair",
    bounds: Bounds | None = None,
    batch: int = DEFAULT_BATCH,
) -> Perturbation:
    """Return what Foolbox's DDN finds.

    Parameters
    ----------
    model : torch module in evaluation mode
        From a batch [n, ...] to logits [n, k], each row depending on its own input alone.
    x : floating point [n, ...]
    source, target : int or integer tensor [n]
    steps : int
        Gradients spent on each point; all are spent.
    criterion : {"pair", "argmax", "target"}
        ``pair`` attacks a network that has the logits of source and target alone, ``argmax`` is
        Foolbox's ``Misclassification`` of the source, ``target`` its ``TargetedMisclassification``.
    bounds : (low, high), optional
        Foolbox demands bounds; without them it is given some that are out of reach.
    batch : int
        The most points that go through the model at once.

    Returns
    -------
    Perturbation

    Raises
    ------
    InputError
        If an argument has the wrong shape, type or range, or the model is in training mode.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval().requires_grad_(False)
    >>> _ = linear.weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> ddn(linear, torch.tensor([[1.0, 0.5]]), 0, 1).norm.round(decimals=1)
    tensor([1.], dtype=torch.float64)
    """
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    goal = Goal(model, x, source, target, criterion=criterion, bounds=bounds, batch=batch)
    if goal.bounds is not None and isinstance(goal.bounds[0], Tensor):
        raise InputError("bounds must be two numbers: Foolbox takes no others")
    everything, delta = goal.everything(), torch.zeros_like(goal.x)
    margin, gradient = goal.gradient(everything, delta, gap)
    flipped = margin < 0

    # Where the gradient is zero DDN sets out in a random direction; that is not tried.
    rows = everything[~flipped & (gradient != 0).flatten(1).any(dim=1)]
    for part in chunks(len(rows), batch):
        delta[rows[part]] = _attack(goal, rows[part], steps)
    goal.n_forward[rows] += steps
    goal.n_backward[rows] += steps
    flipped[rows] = goal.margin(rows, delta[rows]) < 0
    return goal.result(delta, flipped)


def _attack(goal: Goal, rows: Tensor, steps: int) -> Tensor:
    x, pair = goal.x[rows], goal.pair[rows]
    # Where Foolbox's bounds must not matter, they are out of reach.
    wide = _OUT_OF_REACH * (1.0 + float(x.abs().max()))
    if goal.criterion == "pair":
        attacked: nn.Module = PairLogits(goal.model, pair).eval()
        sought = foolbox.criteria.TargetedMisclassification(torch.ones_like(pair[:, 0]))
    else:
        attacked = _Logits(goal.model)
        named = {
            "argmax": foolbox.criteria.Misclassification,
            "target": foolbox.criteria.TargetedMisclassification,
        }
        sought = named[goal.criterion](pair[:, 0 if goal.criterion == "argmax" else 1])

    wrapped = foolbox.PyTorchModel(attacked, bounds=goal.bounds or (-wide, wide), device=x.device)
    published = foolbox.attacks.DDNAttack(steps=steps)
    with lent(goal.model, x.device):  # seeded: DDN goes a random way where the gradient is zero
        perturbed: Tensor = published.run(wrapped, x.clone(), sought)
    return goal.clipped(rows, (perturbed - x).detach())
