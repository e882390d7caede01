import fcflow
from fcflow.perturbations import Perturbation


def test_the_public_name_is_that_of_every_result():
    assert fcflow.MinimalPerturbation is Perturbation
