"""What holds of every attack."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from fcflow.attacks.ddn import ddn
from fcflow.attacks.fast_gradient import fast_gradient
from fcflow.attacks.gradient_descent import gradient_descent
from fcflow.attacks.iterated_target import iterated_target
from fcflow.attacks.minimal import minimal
from fcflow.attacks.outcome import confirm, outcome
from fcflow.attacks.registry import attack_entries, load_attack
from fcflow.errors import InputError

# What makes the attacks quick, or strong enough, on the small networks here.
OPTIONS = {
    "iterated": {"step": 0.01, "steps": 400, "criterion": "target"},
    "ddn": {"steps": 50},
    "minimal": {"effort": "quick"},
}
ATTACKS = {
    name: partial(load_attack(name).run, **OPTIONS.get(name, {})) for name in attack_entries()
}
CRITERIA = ["pair", "argmax", "target"]
every_attack = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
every_kind = pytest.mark.parametrize(
    ("attack", "criterion"),
    [
        pytest.param(attack, criterion, id=f"{name}-{criterion}")
        for name, attack in ATTACKS.items()
        for criterion in CRITERIA
        if (name, criterion) != ("minimal", "target")
    ],
)


def answers(model, x):
    order = model(x).argsort(dim=1, descending=True)
    return order[:, 0], order[:, 1]


def met(model, x, source, target, criterion):
    logits = model(x)
    rows = torch.arange(len(x))
    if criterion == "pair":
        return logits[rows, source] < logits[rows, target]
    answer = logits.argmax(dim=1)
    return answer != source if criterion == "argmax" else answer == target


@every_kind
def test_success_is_what_the_model_answers_at_the_perturbed_point(attack, criterion, dense, draw):
    model, x = dense(), draw(20, 6)
    source, target = answers(model, x)
    perturbation = attack(model, x, source, target, criterion=criterion)
    assert perturbation.success.any()
    assert bool(
        met(model, x + perturbation.delta, source, target, criterion)[perturbation.success].all()
    )
    torch.testing.assert_close(
        perturbation.norm[perturbation.success],
        perturbation.delta.flatten(1).norm(dim=1)[perturbation.success],
    )
    assert bool((perturbation.delta[~perturbation.success] == 0).all())
    assert bool(perturbation.norm[~perturbation.success].isinf().all())


@every_attack
def test_the_outcome_tells_every_criterion(attack, dense, draw):
    model, x = dense(), draw(20, 6)
    source, target = answers(model, x)
    perturbation = attack(model, x, source, target, criterion="pair")
    seen = outcome(model, x, perturbation.delta, source, target)
    for criterion, flags in (
        ("pair", seen.pair_flipped),
        ("argmax", seen.argmax_changed),
        ("target", seen.target_reached),
    ):
        assert torch.equal(flags, met(model, x + perturbation.delta, source, target, criterion))
    assert torch.equal(seen.predicted, model(x + perturbation.delta).argmax(dim=1))


@every_attack
def test_perturbed_points_stay_in_the_box(attack, dense, draw):
    model, x = dense(dtype=torch.float32), draw(30, 6, dtype=torch.float32).sigmoid()
    source, target = answers(model, x)
    perturbation = attack(model, x, source, target, bounds=(0.0, 1.0))
    at = x + perturbation.delta
    assert float(at.min()) >= 0.0
    assert float(at.max()) <= 1.0
    free = attack(model, x, source, target)
    outside = ((x + free.delta < 0.0) | (x + free.delta > 1.0)).any(dim=1)
    assert outside.any(), "the box would not have mattered"


REACH, RADII = 6.0, 600


@pytest.fixture(scope="module")
def plane(dense, draw):
    """Return a model of the plane, points, their pairs and the least flips in any direction."""
    model, x = dense(d=2), draw(6, 2)
    source, target = answers(model, x)
    angles, radii = (
        torch.linspace(0, 2 * torch.pi, 361)[:-1].double(),
        torch.linspace(0, REACH, RADII).double(),
    )
    rays = torch.stack([angles.cos(), angles.sin()], dim=1)
    grid = (radii[:, None, None] * rays).reshape(-1, 2)
    least = []
    for point, s, t in zip(x, source, target, strict=True):
        logits = model(point + grid)
        flips = (logits[:, s] < logits[:, t]).reshape(len(radii), len(rays)).any(dim=1)
        least.append(radii[flips.nonzero()[0, 0]] if flips.any() else torch.tensor(torch.inf))
    return model, x, source, target, torch.stack(least)


@every_attack
def test_none_finds_less_than_there_is(attack, plane):
    model, x, source, target, least = plane
    perturbation = attack(model, x, source, target)
    assert perturbation.success.any()
    assert bool((perturbation.norm >= least - REACH / (RADII - 1))[perturbation.success].all())


@every_attack
def test_a_constant_model_is_never_fooled_and_says_so(attack, constant):
    perturbation = attack(constant, torch.zeros(3, 5), 0, 1)
    assert not perturbation.success.any()
    assert bool(perturbation.norm.isinf().all())
    assert bool((perturbation.delta == 0).all())
    assert bool((perturbation.n_forward > 0).all())


@every_kind
def test_a_point_that_meets_the_criterion_already_needs_no_perturbation(
    attack, criterion, constant
):
    perturbation = attack(constant, torch.zeros(2, 5), 1, 0, criterion=criterion)
    assert perturbation.success.all()
    assert perturbation.norm.tolist() == [0.0, 0.0]


@every_attack
def test_each_point_is_attacked_for_itself(attack, dense, draw):
    model, x = dense(), draw(5, 6)
    source, target = answers(model, x)
    together = attack(model, x, source, target, batch=2)
    for i in range(5):
        alone = attack(model, x[i : i + 1], source[i : i + 1], target[i : i + 1])
        torch.testing.assert_close(together.delta[i : i + 1], alone.delta, atol=1e-6, rtol=1e-4)
        assert int(together.n_backward[i]) == int(alone.n_backward[0])


@every_attack
def test_the_same_attack_gives_the_same_bytes_and_leaves_the_random_state_alone(
    attack, dense, draw
):
    model, x = dense(dtype=torch.float32), draw(4, 6, dtype=torch.float32)
    source, target = answers(model, x)
    before = torch.random.get_rng_state()
    first, second = attack(model, x, source, target), attack(model, x, source, target)
    assert torch.equal(first.delta, second.delta)
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(parameter.grad is None for parameter in model.parameters())


@every_attack
def test_an_empty_batch_gives_an_empty_result(attack, dense):
    empty = torch.zeros(0, dtype=torch.int64)
    perturbation = attack(dense(), torch.zeros(0, 6, dtype=torch.float64), empty, empty + 1)
    assert perturbation.delta.shape == (0, 6)
    assert perturbation.norm.shape == (0,)


@given(seed=st.integers(0, 2**31), d=st.integers(1, 20), k=st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_the_fast_gradient_is_the_least_perturbation_of_a_linear_model(linear, seed, d, k):
    draw = torch.Generator().manual_seed(seed)
    weight = torch.randn(k, d, generator=draw, dtype=torch.float64)
    bias = torch.randn(k, generator=draw, dtype=torch.float64)
    x = torch.randn(7, d, generator=draw, dtype=torch.float64)
    w, b = weight[0] - weight[1], bias[0] - bias[1]
    closed = ((x @ w + b) / w.norm()).clamp_min(0.0)
    perturbation = fast_gradient(linear(weight, bias), x, 0, 1, step="l2")
    torch.testing.assert_close(perturbation.norm, closed, rtol=1e-4, atol=1e-7)


def test_the_fast_gradient_sign_moves_every_coordinate_alike(linear, draw):
    weight, x = draw(2, 9), draw(12, 9, seed=2)
    w = weight[0] - weight[1]
    closed = ((x @ w) / w.abs().sum()).clamp_min(0.0)
    perturbation = fast_gradient(linear(weight), x, 0, 1, step="sign")
    torch.testing.assert_close(
        perturbation.delta.abs(), closed[:, None].expand(12, 9), rtol=1e-4, atol=1e-7
    )


@pytest.mark.parametrize("step_share", [0.3, 0.02])
def test_gradient_descent_goes_straight_on_a_linear_model(linear, draw, step_share):
    weight, x = draw(3, 9), draw(12, 9, seed=2)
    w = weight[0] - weight[1]
    closed = ((x @ w) / w.norm()).clamp_min(0.0)
    perturbation = gradient_descent(linear(weight), x, 0, 1, step_share=step_share)
    torch.testing.assert_close(perturbation.norm, closed, rtol=1e-3, atol=1e-7)
    assert int(perturbation.n_backward.max()) <= 1 / step_share + 2


def test_least_perturbations_are_counted_together_with_their_last_evaluation(dense, draw):
    model, x = dense(dtype=torch.float32), draw(6, 6, dtype=torch.float32)
    source, target = answers(model, x)
    options = {"effort": "quick"}
    alone = minimal(model, x, source, target, together=False, **options)
    together = minimal(model, x, source, target, **options)
    assert torch.equal(together.delta, alone.delta)
    assert (together.n_forward - alone.n_forward).tolist() == [1] * 6
    assert torch.equal(together.n_backward, alone.n_backward)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_what_fell_short_of_the_boundary_is_lengthened_by_up_to_a_thousandth(
    criterion, dense, draw
):
    model, x = dense(dtype=torch.float32), draw(20, 6, dtype=torch.float32).clamp(-2.0, 2.0)
    source, target = answers(model, x)
    options = {"criterion": criterion, "bounds": (-2.0, 2.0)}
    flips = fast_gradient(model, x, source, target, step="l2", **options)
    short = flips.delta * (1 - 1e-3 / 2)
    delta, success, seen = confirm(model, x, short, source, target, **options)
    assert success.any()
    assert bool(met(model, x + delta, source, target, criterion)[success].all())
    assert float((x + delta).abs().max()) <= 2.0
    assert bool((delta[success].norm(dim=1) <= 1.001001 * short[success].norm(dim=1)).all())
    assert torch.equal(delta[~success], short[~success])
    assert torch.equal(seen.predicted[success], model(x + delta).argmax(dim=1)[success])


def test_smaller_steps_of_gradient_descent_converge(dense, draw):
    model, x = dense(), draw(20, 6)
    source, target = answers(model, x)
    norms = [
        gradient_descent(model, x, source, target, step_share=s, steps=4000).norm
        for s in (0.1, 0.01, 0.002)
    ]
    assert float((norms[1] - norms[2]).abs().mean()) < float((norms[0] - norms[2]).abs().mean())


def test_too_few_steps_are_a_failure(linear):
    model = linear(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    x = torch.tensor([[1.0, 0.5]])
    assert not gradient_descent(model, x, 0, 1, step_share=0.1, steps=5).success.any()
    assert not iterated_target(model, x, 0, 1, step=0.01, steps=5).success.any()
    # The tenth step reaches the boundary up to rounding, the eleventh is past it.
    assert gradient_descent(model, x, 0, 1, step_share=0.1, steps=11).success.all()


def test_the_iterated_attack_takes_equal_steps_until_the_target_is_the_answer(linear):
    model = linear(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], dtype=torch.float64))
    x = torch.tensor([[1.0, 0.5]], dtype=torch.float64)
    perturbation = iterated_target(model, x, 0, 1, step=0.03)
    # The gap of 0.5 shrinks by 2 x 0.03 a step, so that the ninth crosses; its share of a third is
    # what is needed.
    assert perturbation.delta[0].tolist() == pytest.approx([-0.25, 0.25], rel=1e-3)
    assert int(perturbation.n_backward[0]) == 10


def test_ddn_attacks_the_pair_and_not_the_nearest_class(linear):
    weight = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.9, 0.2]], dtype=torch.float64)
    x = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    norms = {
        c: float(ddn(linear(weight), x, 0, 1, criterion=c, steps=300).norm)
        for c in ("pair", "argmax", "target")
    }
    assert norms["pair"] == pytest.approx(1.0, rel=0.02)
    assert 0.1 / (0.1**2 + 0.2**2) ** 0.5 < norms["argmax"] < 0.9
    assert norms["target"] >= norms["pair"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"criterion": "none"}, "criterion must be one of pair, argmax"),
        ({"bounds": (0.0, 0.5)}, "x must lie within bounds"),
        ({"bounds": (1.0, 0.0)}, "bounds must be a lower and a greater upper value"),
        ({"target": 0}, "source and target must be different classes"),
        ({"target": 9}, "must be classes from 0 to 3"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"x": torch.ones(6)}, "a single input is a batch of one"),
    ],
)
@every_attack
def test_bad_input_is_refused(attack, changed, message, dense):
    good = {"model": dense(dtype=torch.float32), "x": torch.ones(2, 6), "source": 0, "target": 1}
    with pytest.raises(InputError, match=message):
        attack(**{**good, **changed})


@pytest.mark.parametrize(
    ("attack", "options", "message"),
    [
        (fast_gradient, {"step": "l1"}, "step must be one of l2, sign"),
        (gradient_descent, {"step_share": 0.0}, "step_share must be a positive number"),
        (gradient_descent, {"steps": 0}, "steps must be at least 1"),
        (iterated_target, {"step": float("nan")}, "step must be a positive number"),
        (iterated_target, {"steps": 0}, "steps must be at least 1"),
        (ddn, {"steps": 0}, "steps must be at least 1"),
        (minimal, {"effort": "least"}, "effort must be one of quick"),
        (minimal, {"criterion": "target"}, "criterion must be one of pair, argmax, got 'target'"),
    ],
)
def test_bad_options_are_refused(attack, options, message, dense):
    with pytest.raises(InputError, match=message):
        attack(dense(), torch.ones(1, 6, dtype=torch.float64), 0, 1, **options)


@every_attack
def test_a_model_in_training_mode_is_refused(attack):
    with pytest.raises(InputError, match=r"call model.eval\(\) first"):
        attack(nn.Linear(2, 2), torch.ones(1, 2), 0, 1)
