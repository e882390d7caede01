"""Lower bounds on the least perturbation of a network made of linear layers and ReLUs.

Method. On a ball, every layer is bounded by linear functions of the perturbation, from the layers
before it (Zhang et al. 2018, CROWN; Wong and Kolter 2018); the gap of two logits lies above such a
function as well, and is positive until that one is zero. Three things make it tight in L2:

* many neurons cannot all move as far as each of them alone can, because a layer's values move by at
  most a Lipschitz constant times the radius; where that is the better bound, it is taken;
* a flip can only lie in the cap of the ball behind the plane where the function is zero, and on the
  cap all layers have narrower bounds, from which the next function is derived;
* networks with one hidden layer are split by the signs of neurons
  (:mod:`fcflow.certified.hidden_layer`).

Cost. A region takes two rows of coefficients for every neuron whose sign is open, windows where the
neuron sees a window only. The 3×3-32, 3×3-64, max-pooled network on 28 × 28 pixels has 27,000 such
neurons, counting those that pooling is rewritten with, and takes nine seconds of one core a region
and 400 MB; ``"quick"`` bounds about ten regions a point, ``"default"`` 30 more or a few beyond.

Rounding. All is computed in float64, and every bound is moved outwards by twice what rounding can
have added (:mod:`fcflow.certified.backward` says how). What is proved is thus true of the
real-valued network whose weights are the numbers given, whatever their dtype. The model itself,
rounding in its own dtype, can answer otherwise where a gap is no larger than its rounding errors.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from fcflow.certified.graph import Graph
from fcflow.certified.layers import LinearNode, linear_nodes
from fcflow.certified.lipschitz import Lipschitz, lipschitz_constants
from fcflow.certified.radius import Search, cut_caps, first_distances, try_balls
from fcflow.certified.reading import read_graph
from fcflow.certified.shallow import Shallow, split_signs
from fcflow.errors import InputError
from fcflow.gradients.batches import DEFAULT_BATCH
from fcflow.gradients.checks import check_classes, check_model, check_points, check_range
from fcflow.gradients.coordinates import Numbers
from fcflow.gradients.gap import class_logits
from fcflow.models.classes import answers
from fcflow.models.normalised import normalised

Effort = Literal["quick", "default", "thorough"]


@dataclass(frozen=True)
class CertifiedPerturbation:
    """What is proved about the least perturbation of each of n points.

    Attributes
    ----------
    radius : float64 [n]
        No perturbation with ‖e‖ < radius flips the point; zero where it is misclassified.
    correct : bool [n]
        Whether x is classified as ``source``, beyond rounding: before ``target``, if there is one.
    target : int64 [n]
        The class that the bound is about: of all others the one that is proved least far. Where x
        is misclassified, the class it is taken for.
    evaluations : int64 [n]
        Regions on which all layers were bounded.
    method : str
        ``"linear relaxation"``, or ``"splitting by signs"`` for one hidden layer.
    """

    radius: Tensor
    correct: Tensor
    target: Tensor
    evaluations: Tensor
    method: str


@dataclass(frozen=True)
class _Plan:
    """Gradient steps on slopes, regions for caps, regions of a shallow network."""

    steps: int
    regions: int
    splits: int


_PLANS: dict[Effort, list[_Plan]] = {
    "quick": [],
    "default": [_Plan(steps=10, regions=30, splits=200)],
    "thorough": [
        _Plan(steps=10, regions=30, splits=200),
        _Plan(steps=30, regions=300, splits=2000),
    ],
}


def certified_perturbation(
    model: nn.Module,
    x: Tensor,
    source: int | Tensor | None = None,
    target: int | Tensor | None = None,
    *,
    mean: Numbers | None = None,
    std: Numbers | None = None,
    upper: float | Tensor | None = None,
    effort: Effort = "default",
    limit: int = 2**16,
) -> CertifiedPerturbation:
    """Return radii within which the model provably keeps its answer, in L2.

    Parameters
    ----------
    model : torch module in evaluation mode
        From [n, ...] to logits [n, k]; made of linear and convolutional layers, batch norms, ReLUs
        (also leaky ones, and ReLU6), average and max pooling, padding, reshaping, shifts and scales
        by constants, and sums of branches. It is traced with torch.fx; computations are in float64.
    x : floating point [n, ...]
        The points; the results are on their device.
    source : int or integer tensor [n], optional
        The class to keep; by default the model's answer.
    target : int or integer tensor [n], optional
        The only class that could be reached; by default any other.
    mean, std : float, sequence or tensor, optional
        For a model that expects (x - mean) / std: numbers, one for each channel, or tensors. x,
        ``upper`` and the radius are then in the units before that.
    upper : float or tensor [n], optional
        Norms of perturbations already found, ≥ 0: no larger radius is searched for or returned.
    effort : "quick", "default" or "thorough"
        One ball for all classes; caps of balls for each class as well, or splits of a network with
        one hidden layer; ten times as many. More effort never proves less.
    limit : int
        Neurons of one layer whose bounds are linear functions of the input, at most. Of a layer
        with more neurons whose sign is open, the others keep the intervals that the layers before
        give: looser, as true, and cheaper.

    Returns
    -------
    CertifiedPerturbation
        Lower bounds on the least perturbation. They hold within any box as well, since a box only
        excludes perturbations.

    Raises
    ------
    InputError
        If a layer is not supported (it is named), if the traced network does not compute what the
        model does, or if an argument does not fit.

    Examples
    --------
    >>> linear = nn.Linear(2, 2, bias=False).eval()
    >>> _ = linear.weight.data.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    >>> certified_perturbation(linear, torch.tensor([[1.0, 0.5]])).radius.round(decimals=9)
    tensor([1.], dtype=torch.float64)
    """
    check_model(model)
    points = check_points("x", x)
    model = normalised(model, points, mean, std)
    if effort not in get_args(Effort):
        raise InputError(f"effort must be one of {', '.join(get_args(Effort))}, got {effort!r}")
    if limit < 0:
        raise InputError(f"limit must be at least 0, got {limit}")
    n = len(points)
    limits = _checked_upper(upper, points)
    with torch.no_grad():
        graph = read_graph(model, points)
        logits = _checked_logits(model, graph, points)
        own = answers(logits) if source is None else check_classes("source", source, points)
        only = None if target is None else check_classes("target", target, points)
        _check_pair(own, only, logits.shape[1])
        bounds = _Bounds.of(graph)
        results = [
            bounds.of_point(
                points[i : i + 1].double(),
                _others(int(own[i]), None if only is None else int(only[i]), logits.shape[1]),
                float(limits[i]),
                _PLANS[effort],
                limit,
            )
            for i in range(n)
        ]
    device = points.device
    return CertifiedPerturbation(
        radius=torch.tensor([r[0] for r in results], dtype=torch.float64, device=device),
        correct=torch.tensor([r[1] for r in results], dtype=torch.bool, device=device),
        target=torch.tensor([r[2] for r in results], dtype=torch.int64, device=device),
        evaluations=torch.tensor([r[3] for r in results], dtype=torch.int64, device=device),
        method="linear relaxation" if bounds.shallow is None else "splitting by signs",
    )


def _checked_upper(upper: float | Tensor | None, x: Tensor) -> Tensor:
    limits = torch.as_tensor(torch.inf if upper is None else upper, dtype=torch.float64)
    if limits.shape not in {torch.Size(()), x.shape[:1]}:
        raise InputError(
            f"upper must be one norm or one for each of {len(x)} points, got {list(limits.shape)}"
        )
    if bool((limits < 0).any()) or bool(limits.isnan().any()):
        raise InputError("upper holds norms of perturbations: they are not negative")
    return limits.expand(len(x))


def _checked_logits(model: nn.Module, graph: Graph, x: Tensor) -> Tensor:
    """Return the model's logits; refuse a graph that does not compute them."""
    if len(x) == 0:
        return x.new_zeros((0, graph.nodes[-1].size))
    logits = class_logits(model, x, DEFAULT_BATCH)
    traced = graph.values(x[:8].double())[-1]
    size = float(logits[:8].abs().max())
    off = float((traced - logits[:8]).abs().max())
    if traced.shape[1] != logits.shape[1] or off > torch.finfo(x.dtype).eps ** 0.5 * (1.0 + size):
        raise InputError(
            "model computes something else than what torch.fx traces of it (hooks, or code that"
            " depends on the input?); it cannot be certified"
        )
    return logits


def _check_pair(own: Tensor, only: Tensor | None, k: int) -> None:
    check_range("source", own, k)
    if only is None:
        return
    check_range("target", only, k)
    if bool((own == only).any()):
        raise InputError("source and target must be different classes")


def _others(own: int, only: int | None, k: int) -> tuple[int, list[int]]:
    return own, [j for j in range(k) if j != own] if only is None else [only]


@dataclass(frozen=True)
class _Bounds:
    """A graph with what is computed once for all points."""

    graph: Graph
    linear: dict[int, LinearNode]
    lipschitz: Lipschitz
    shallow: Shallow | None

    @classmethod
    def of(cls, graph: Graph) -> "_Bounds":
        return cls(graph, linear_nodes(graph), lipschitz_constants(graph), Shallow.of(graph))

    def of_point(
        self,
        x: Tensor,
        classes: tuple[int, list[int]],
        upper: float,
        plans: list[_Plan],
        limit: int,
    ) -> tuple[float, bool, int, int]:
        """Return the radius, whether x is correct, the deciding class, and the evaluations."""
        own, others = classes
        k = self.graph.nodes[-1].size
        identity = torch.eye(k, dtype=torch.float64, device=x.device)
        gaps = identity[own] - identity[others]
        search = Search(self.graph, self.linear, self.lipschitz, x, gaps, upper, limit)
        linearised = first_distances(search)
        if not bool((linearised > 0.0).all()):
            values = self.graph.values(x)[-1][0]
            worst = others[int(values[others].argmax())]
            return 0.0, False, worst, search.evaluations
        if upper > 0.0:
            start = float(linearised.min())
            try_balls(search, start if start < 1e30 else 1.0 + float(x.norm()))
        for plan in plans:
            if self.shallow is not None:
                split_signs(search, self.shallow, plan.splits)
            else:
                cut_caps(search, plan.steps, plan.regions)
        return search.least, True, others[int(search.proved.argmin())], search.evaluations
