import pytest
import torch

from fcflow.minimal.search.descend import descend, descend_from
from fcflow.minimal.search.evaluation import evaluate


def test_the_closest_point_of_a_circle_is_walked_to(circle):
    evaluate(circle, torch.tensor([0]), torch.tensor([[0.7, 1.2]], dtype=torch.float64))
    descend(circle, 30)
    assert float(circle.best_norm) == pytest.approx(1 - 0.17**0.5, rel=1e-2)


def test_new_starts_count_where_their_rays_cross(circle):
    descend_from(circle, torch.tensor([[-0.1, 0.0]], dtype=torch.float64), 30)
    assert circle.best_norm.isinf().all()
    descend_from(circle, torch.tensor([[-0.4, 0.0]], dtype=torch.float64), 30)
    assert float(circle.best_norm) == pytest.approx(1 - 0.17**0.5, rel=1e-2)
