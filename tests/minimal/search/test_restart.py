import pytest
import torch

from fcflow.minimal.search.evaluation import evaluate
from fcflow.minimal.search.follow import follow
from fcflow.minimal.search.restart import restart_aside, restart_downhill


@pytest.mark.parametrize(
    "restart",
    [
        lambda state: restart_downhill(state, 30),
        lambda state: restart_aside(state, 30, 1, torch.tensor([True])),
    ],
)
def test_a_restart_comes_to_the_closest_point_of_a_circle(circle, restart):
    evaluate(circle, torch.tensor([0]), torch.tensor([[0.7, 1.2]], dtype=torch.float64))
    restart(circle)
    assert float(circle.best_norm) == pytest.approx(1 - 0.17**0.5, rel=1e-2)


def test_what_a_point_cannot_afford_is_not_begun(plane):
    follow(plane, 1)
    before = plane.n_forward.clone()
    restart_aside(plane, 5, 1, torch.tensor([False, True]))
    assert (plane.n_forward > before).tolist() == [False, True]
