"""An attack and a measured quantity are one file each, and are in every table once they are named."""

import pandas as pd
import pytest

pytestmark = pytest.mark.snakemake

WAY = {"attack": "halved", "criterion": "argmax", "box": True, "halvings": 6}


def read(house, name):
    return pd.read_parquet(house.folder / "results" / "tables" / f"{name}.parquet")


def test_an_attack_and_a_measure_are_a_file_each(house):
    house.add("attack")
    house.add("measure")
    sections = {"attacks": [WAY], "measures": ["lipschitz"], "train_images": 600, "epochs": 4}
    house.configure({"images": {"mnist": sections}})
    house.make("results/tables/table5.html", "results/tables/mnist.html")
    assert len(house.new) == 2
    assert not house.edited

    rows = read(house, "table5")
    assert len(rows) > 0, "the settings of this test must leave some pairs"
    assert set(rows["attack"]) == {"halved", "least"}
    assert (rows["steepest"] >= 1).all()
    shown = (house.folder / "results/tables/mnist.html").read_text(encoding="utf-8")
    assert "towards grey, any other answer" in shown
    assert "largest ‖∇g‖ of the path over that at x1" in shown
    every = read(house, "mnist")
    assert {"success", "average"} == set(every.loc[every["attack"] == "halved", "kind"]) - {
        "correlation"
    }


def test_an_attack_that_is_misspelt_is_refused_with_the_one_that_was_added(house):
    house.add("attack")
    house.configure({"images": {"mnist": {"attacks": [WAY | {"attack": "halves"}]}}})
    done = house.run("snakemake", "--configfile", "tiny.yaml", "--cores", "1", "--dry-run")
    assert done.returncode != 0
    fault = "tiny.yaml: images.mnist.attacks.0: there is no attack 'halves', did you mean 'halved'?"
    assert fault in done.stdout
