import pytest
import torch
from torch import nn

from fcflow import minimal_perturbation
from fcflow.minimal.nearest_classes import nearest_classes


def unequal(d, classes, seed=0):
    """Return a linear model whose rows are of very unequal lengths, and points of its class 0.

    The likelihoods of the other classes hardly differ, and their distances do.
    """
    torch.manual_seed(seed)
    model = nn.Linear(d, classes).eval().requires_grad_(False)
    model.weight.mul_(torch.exp(torch.randn(classes, 1)))
    model.bias.copy_(-1 - torch.rand(classes) / 2)
    model.bias[0] = 1.0
    return model, 0.1 * torch.randn(6, d)


def distances(model, x, source):
    """Return the distances to all boundaries, by the closed form; infinite for the source."""
    logits, weight = model(x).double(), model.weight.double()
    slope = (weight[source][:, None] - weight).norm(dim=2)
    distance = (logits.gather(1, source[:, None]) - logits) / slope
    return distance.scatter(1, source[:, None], torch.inf)


@pytest.mark.parametrize(("d", "classes"), [(20, 8), (20, 400), (300, 1000)])
def test_the_nearest_class_is_among_those_returned_however_many_there_are(d, classes):
    model, x = unequal(d, classes)
    source = model(x).argmax(dim=1)
    near = nearest_classes(model, x, source, 3, batch=4)
    nearest = distances(model, x, source).argmin(dim=1)
    assert (near.classes == nearest[:, None]).any(dim=1).all()
    assert (near.classes != source[:, None]).all()


def test_of_many_classes_the_likeliest_are_not_the_nearest_and_the_search_ends_at_these():
    model, x = unequal(300, 1000)
    source = model(x).argmax(dim=1)
    distance = distances(model, x, source)
    likely = model(x).scatter(1, source[:, None], -torch.inf).topk(10, dim=1).indices
    assert (distance.gather(1, likely).amin(dim=1) > 1.01 * distance.amin(dim=1)).any()

    perturbation = minimal_perturbation(model, x, effort="quick")
    torch.testing.assert_close(perturbation.norm, distance.amin(dim=1), rtol=1e-4, atol=0)
    assert (perturbation.classes_compared, perturbation.classes_searched) == (999, 3)


def test_the_cost_does_not_grow_with_the_number_of_classes():
    costs = [
        nearest_classes(model, x, model(x).argmax(dim=1), 3, batch=6)
        for model, x in (unequal(300, 50), unequal(300, 1000))
    ]
    assert costs[0].n_forward == costs[1].n_forward
    assert costs[0].n_backward == costs[1].n_backward


def test_a_class_that_no_gradient_leads_to_comes_last():
    model = nn.Linear(2, 5).eval().requires_grad_(False)
    model.weight.copy_(torch.tensor([[1.0, 0], [1.0, 0], [0, 1.0], [-1.0, 0], [0, -2.0]]))
    model.bias.copy_(torch.tensor([0.0, -0.5, 0.0, 0.0, 0.0]))
    near = nearest_classes(model, torch.tensor([[1.0, 0.0]]), torch.tensor([0]), 4, batch=1)
    assert near.classes.tolist() == [[4, 2, 3, 1]]
