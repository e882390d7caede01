import pytest

from fcflow.minimal.search.follow import follow


def test_follow_projects_onto_a_plane_at_once(plane):
    follow(plane, 1)
    assert plane.best_norm.tolist() == pytest.approx([1.0, 1.0])
    assert plane.linear.tolist() == pytest.approx([1.0, 1.0])
    assert plane.n_backward.tolist() == [1, 1]
