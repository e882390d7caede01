import fcflow
from fcflow.perturbations import Perturbation


def test_the_public_name_is_that_of_a_perturbation_with_more_to_know():
    assert issubclass(fcflow.MinimalPerturbation, Perturbation)
