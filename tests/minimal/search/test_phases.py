"""Phases that are told apart by what they alone do; what they find together is tested outside."""

import pytest
import torch

from fcflow.minimal.search.anneal import anneal
from fcflow.minimal.search.descend import descend
from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.finish import finish, finishing_rounds
from fcflow.minimal.search.follow import follow
from fcflow.minimal.search.pairs import curved_rows, flat_rows, keep_nearest, leave_source
from fcflow.minimal.search.restart import restart_aside, restart_downhill
from fcflow.minimal.search.scan import scan
from fcflow.minimal.search.walk import walk


@pytest.fixture
def plane(search):
    """Return a search whose boundary is a plane at a distance of one."""
    return search(lambda x: 5 - 3 * x[:, 0] - 4 * x[:, 1], torch.zeros(2, 2))


def round_gap(x):
    """Return a gap that is positive inside a circle of radius one about (0.5, 0)."""
    return 1 - (x[:, 0] - 0.5) ** 2 - x[:, 1] ** 2


def test_follow_projects_onto_a_plane_at_once(plane):
    follow(plane, 1)
    assert plane.best_norm.tolist() == pytest.approx([1.0, 1.0])
    assert plane.linear.tolist() == pytest.approx([1.0, 1.0])
    assert plane.n_backward.tolist() == [1, 1]


def test_walk_reaches_any_flip_and_leaves_those_that_have_one(plane):
    evaluate(plane, torch.tensor([1]), torch.tensor([[2.0, 2.0]], dtype=torch.float64))
    walk(plane, 3)
    assert float(plane.best_norm[0]) == pytest.approx(1.02)
    assert plane.n_backward.tolist() == [2, 0]


def test_descend_and_restarts_come_to_the_closest_point_of_a_circle(search):
    start = torch.tensor([[0.7, 1.2]], dtype=torch.float64)
    for phase in (
        lambda state: descend(state, 30),
        lambda state: restart_downhill(state, 30),
        lambda state: restart_aside(state, 30, 1, torch.tensor([True])),
    ):
        state = search(round_gap, [[0.1, 0.1]])
        evaluate(state, torch.tensor([0]), start)
        phase(state)
        assert float(state.best_norm) == pytest.approx(1 - (0.4**2 + 0.1**2) ** 0.5, rel=1e-2)


def test_what_a_point_cannot_afford_is_not_begun(plane):
    follow(plane, 1)
    before = plane.n_forward.clone()
    restart_aside(plane, 5, 1, torch.tensor([False, True]))
    assert (plane.n_forward > before).tolist() == [False, True]


def test_annealing_flips_what_it_is_given(search):
    state = search(round_gap, [[0.1, 0.1], [0.2, 0.2]])
    anneal(state, 16, torch.tensor([1]))
    assert state.best_norm.isfinite().tolist() == [False, True]
    assert state.n_backward.tolist() == [0, 16]


@pytest.mark.parametrize(("d", "looked"), [(32, True), (33, False)])
def test_random_directions_are_looked_into_where_coordinates_are_few(search, d, looked):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(1, d))
    scan(state, 1)
    assert (int(state.n_forward) > 1) == looked


def test_points_are_curved_where_the_gradient_at_x_is_wrong(plane):
    plane.linear[:] = 1.0
    plane.best_norm[:] = torch.tensor([1.2, torch.inf], dtype=torch.float64)
    assert (flat_rows(plane).tolist(), curved_rows(plane).tolist()) == ([0], [1])


def test_pairs_that_are_too_long_are_closed_and_a_source_may_be_left_for_any_class(search):
    state = search(lambda x: 1 - x[:, 0], torch.zeros(4, 1))
    state.best_norm[:] = torch.tensor([1.0, 1.1, 3.0, 2.0], dtype=torch.float64)
    keep_nearest(state, torch.tensor([0, 0, 1, 1]), 1.2)
    assert state.open.tolist() == [True, True, False, True]
    leave_source(state)
    assert state.pair.tolist() == [[0, 0]] * 4
    assert state.n_forward.tolist() == [2, 2, 1, 2]


def test_the_end_of_a_search_lies_on_the_boundary(plane):
    evaluate(plane, torch.arange(2), torch.tensor([[2.0, 2.0], [1.0, 1.0]], dtype=torch.float64))
    finish(plane, 3)
    assert plane.best_norm.tolist() == pytest.approx([1.0, 1.0], rel=1e-11)


def test_several_halfspaces_in_a_large_box_are_too_costly(search):
    rounds = {
        (d, bounds): finishing_rounds(search(lambda x: x[:, 0], torch.zeros(1, d), bounds))
        for d in (256, 257)
        for bounds in (None, (-1.0, 1.0))
    }
    assert [*rounds.values()] == [2, 2, 2, 0]
