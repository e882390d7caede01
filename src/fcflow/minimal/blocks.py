"""Points searched block by block, so that what a search holds does not grow with them."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from fcflow.gradients.batches import chunks
from fcflow.gradients.gap import ANY
from fcflow.minimal.effort import Plan
from fcflow.minimal.half_flips import HALF
from fcflow.minimal.nearest_classes import nearest_classes
from fcflow.minimal.outcome import Question
from fcflow.minimal.search.finish import use_float64
from fcflow.minimal.search.plan import no_points, search
from fcflow.minimal.search.state import begin
from fcflow.perturbations import Perturbation

# Points are searched together up to so many coordinates, or as many points as are evaluated at
# once: with small inputs, more at once are quicker, and take little memory.
_COORDINATES = 2**16


@dataclass(frozen=True)
class LookedAt:
    """Of each point's other classes, how many were compared at x, and how many set out towards."""

    compared: int
    searched: int


def search_in_blocks(question: Question, plan: Plan) -> tuple[Perturbation, LookedAt]:
    """Return the shortest perturbations of the points at which the model has a finite answer."""
    usable, leave = question.ready.usable, question.criterion == "any"
    x, pair, others = question.inside[usable], question.pair[usable], 0
    looked_at = LookedAt(1, 1)
    if len(x) == 0:
        return no_points(x), looked_at

    classes = question.ready.logits.shape[1]
    if leave:
        others = min(plan[-1].classes, classes - 1)
        looked_at = LookedAt(classes - 1, others)
    # Of two classes, the target is reached where the gap of the pair is below zero.
    if question.criterion == "target" and classes > 2:
        pair = torch.stack([torch.full_like(pair[:, 0], ANY), pair[:, 1]], dim=1)

    size = max(question.batch, _COORDINATES // x[0].numel())
    blocks = [
        _search_block(question, x[part], pair[part], others, plan) for part in chunks(len(x), size)
    ]
    fields = zip(*(vars(block).values() for block in blocks), strict=True)
    return Perturbation(*(torch.cat(field) for field in fields)), looked_at


def _search_block(
    question: Question, x: Tensor, pair: Tensor, others: int, plan: Plan
) -> Perturbation:
    """Search towards the nearest ``others`` classes, or towards the targets where that is zero."""
    model, batch = question.searched, question.batch
    state = begin(model, x, pair, question.box, batch)
    if x.dtype in HALF:
        use_float64(state)
    if others == 0:
        return search(state, None, plan)
    near = nearest_classes(model, x, pair[:, 0], others, batch)
    shortest = search(state, near.classes, plan)
    forward = shortest.n_forward + near.n_forward
    return replace(shortest, n_forward=forward, n_backward=shortest.n_backward + near.n_backward)
