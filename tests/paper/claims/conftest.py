"""The tables that claims are decided from, made up so that verdicts are known."""

import pytest
from tests.experiments.ablations import made_up as made_up_ablations
from tests.experiments.dimension import made_up as made_up_dimension
from tests.experiments.images import made_up as made_up_images
from tests.experiments.linear import made_up as made_up_linear
from tests.experiments.relu import made_up as made_up_relu
from tests.experiments.theory.holding import theory_tables
from tests.experiments.vulnerability import made_up as made_up_vulnerability
from tests.experiments.vulnerability.initialisation import made_up as made_up_initialisation


@pytest.fixture(scope="session")
def made():
    """Return every table that a claim is decided from, where every claim holds."""
    rooms = (
        *(made_up_linear, made_up_relu, made_up_dimension, made_up_images),
        *(made_up_vulnerability, made_up_initialisation, made_up_ablations),
    )
    made = {name: rows for room in rooms for name, rows in room.claim_tables().items()}
    return made | theory_tables()


@pytest.fixture
def tables(made):
    """Return these tables, of which a test may replace some."""
    return dict(made)
