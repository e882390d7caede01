import pytest

from fcflow.declared import declared_entries, filled, shipped_images
from fcflow.errors import FcflowError
from fcflow.paper.claims.ledger import claims, claims_about


def test_what_is_declared_for_own_sections_is_there_once_for_each():
    shipped, mine = declared_entries("table"), declared_entries("table", ["mine", "yours"])
    more = {*mine} - {*shipped}
    assert more == {
        f"{name}{kind}"
        for name in ("mine", "yours")
        for kind in ("", "_pairs", "_paths", "_factors", "_shares")
    }
    assert mine["mine"].experiment == "mine"
    assert mine["mine"].options["reads"]["paths"] == "results/mine/paths.parquet"
    assert not [name for name in mine if "{" in name]


def test_every_experiment_on_images_has_its_factors():
    assert shipped_images() == ["imagenet", "mnist"]
    figures = declared_entries("figure", ["mine"])
    for name in ("imagenet", "mnist", "mine"):
        reads = figures[f"{name}_factors"].options["reads"]
        assert reads["pairs"] == f"results/tables/{name}_factors.parquet"


def test_a_section_that_would_take_the_name_of_another_table_is_refused():
    with pytest.raises(FcflowError, match=r"images\.table5: the table table5 is another's already"):
        declared_entries("table", ["table5"])


def test_claims_are_judged_on_own_sections_and_on_nothing_else():
    own = [claim.id for claim in claims(["mine"]) if claim.part == "mine"]
    assert own == [claim.id for claim in claims_about("mine")]
    assert len(own) == 5
    assert [claim.id for claim in claims()] == [
        claim.id for claim in claims(["mine"]) if claim.part != "mine"
    ]
    assert all("{" not in text for one in claims_about("mine") for text in (one.id, *one.paths))


def test_texts_are_filled_in_wherever_they_stand():
    assert filled(("{own}", {"{images}_a": ["{own}", 3]}), "b") == ("b", {"{images}_a": ["b", 3]})


def test_labels_call_shipped_experiments_as_people_do_and_own_sections_by_their_names():
    figures = declared_entries("figure", ["mine"])
    labels = [figures[f"{name}_factors"].options["label"] for name in ("imagenet", "mnist", "mine")]
    assert labels == ["Factors of ImageNet", "Factors of MNIST", "Factors of mine"]
