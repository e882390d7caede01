"""What an addition costs, made in a copy of the house and seen in what the workflow makes.

The recipes of CONTRIBUTING.md are these.
"""

from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.snakemake

INCLUDES = 'include: "rules/theory.smk"\n'
DIGITS = """
  digits8:
    train_images: 1500
    hidden: 32
    steps: 80
    learning_rate: 1e-2
    networks: 1
    classifier: {kind: digits8_dense}
    pairs: {kind: nearest, max_pairs: 12}
    shown_pairs: 4
    gammas: 3
    path_tolerance: 0.5
    max_gradients: 9
    measures: [factors]
    attacks:
      - {attack: minimal, criterion: pair, box: [false, true], effort: quick}
      - {attack: ddn, criterion: pair, box: true, steps: 20}
    pairs_at_once: null
    memory_gb: null
    jobs: 2
"""

# Large enough that a seven turns into a one.
QUICK = yaml.safe_load((ROOT / "config" / "quick.yaml").read_text(encoding="utf-8"))
MNIST = QUICK["images"]["mnist"] | {"max_gradients": 9}
ATTACKS = [
    {"attack": "random_direction", "criterion": "pair", "box": False, "doublings": 14},
    {"attack": "ddn", "criterion": "pair", "box": True, "steps": 5},
]


def result(house, name):
    return pd.read_parquet(house.folder / "results" / f"{name}.parquet")


def test_an_experiment_with_its_own_data_and_network_is_twelve_new_files_and_two_edits(house):
    house.add("experiment")
    house.edit("workflow/Snakefile", INCLUDES, INCLUDES + 'include: "rules/digits8.smk"\n')
    house.edit("config/config.yaml", "\nimages:\n", "\nimages:" + DIGITS)
    assert (len(house.new), len(house.edited)) == (11, 2)

    house.make(
        *("digits8", "results/tables/digits8.html", "results/figures/digits8.svg"),
        "results/tables/digits8.parquet",
    )
    pairs = result(house, "digits8/experiments")
    assert len(pairs) == 12
    assert pairs["least"].notna().all()
    assert (pairs["least"] < pairs["distance"]).all()

    # From train to aggregate it is the pipeline of every other experiment on images.
    rows = result(house, "tables/digits8")
    assert set(rows["attack"]) == {"minimal", "ddn", "least"}
    assert rows.groupby("attack").size().to_dict() == {"ddn": 12, "least": 24, "minimal": 24}

    # Its claim is in the ledger's plan without being listed anywhere.
    planned = house.run("snakemake", "--configfile", "tiny.yaml", "--dry-run", "claims").stdout
    assert "results/tables/digits8.parquet" in planned.partition("rule make_claims:")[2]
    decided = house.run_python(
        "from fcflow.paper.claims.ledger import claims\n"
        "import pandas as pd\n"
        "path = 'results/tables/digits8.parquet'\n"
        "[own] = [one for one in claims() if one.id == 'digits8-short']\n"
        "finding = own.decide({path: pd.read_parquet(path)}, level=0.95, resamples=200)\n"
        "print(finding.verdict, finding.estimate.n)\n"
    )
    assert decided.split("\n")[0] == "reproduced 24"  # 12 pairs, with the box and without


def test_an_attack_is_one_new_file_and_its_name_in_the_configuration(house):
    house.add("attack")
    house.edit(
        "config/config.yaml",
        "      - {attack: fast_l2, criterion: pair, box: [false, true]}\n",
        "      - {attack: fast_l2, criterion: pair, box: [false, true]}\n"
        "      - {attack: random_direction, criterion: pair, box: false, doublings: 14}\n",
    )
    assert (len(house.new), len(house.edited)) == (1, 1)

    # The tests' list of attacks stands over the shipped one.
    house.configure({"images": {"mnist": MNIST | {"attacks": ATTACKS}}})
    house.make("results/tables/table5.parquet", "results/tables/mnist.html")
    attacks = result(house, "mnist/attacks")
    assert (attacks["attack"] == "random_direction").sum() == (attacks["attack"] == "ddn").sum()

    rows = result(house, "tables/table5")
    assert "random_direction" in set(rows["attack"])
    page = (house.folder / "results" / "tables" / "mnist.html").read_text(encoding="utf-8")
    assert "random direction" in page


def test_a_measured_quantity_of_every_pair_is_one_new_file_and_its_name_in_the_configuration(house):
    house.add("quantity")
    house.edit(
        "config/config.yaml",
        "    max_gradients: 2001\n    measures: [factors]\n",
        "    max_gradients: 2001\n    measures: [factors, turn]\n",
    )
    assert (len(house.new), len(house.edited)) == (1, 1)

    house.configure({"images": {"mnist": MNIST | {"attacks": ATTACKS[1:]}}})
    house.make("results/tables/mnist.parquet", "results/tables/mnist.html")
    pairs = result(house, "mnist/experiments")
    curves = result(house, "mnist/curves")
    spread = curves.groupby(["network", "pair"])["cos_theta"].agg(lambda x: x.max() - x.min())
    measured = pairs.set_index(["network", "pair"])["turn"]
    assert measured.to_numpy() == pytest.approx(spread[measured.index].to_numpy())

    assert "turn" in set(result(house, "tables/mnist")["quantity"])
    page = (house.folder / "results" / "tables" / "mnist.html").read_text(encoding="utf-8")
    assert "spread of cos θ over the path" in page


def test_a_key_of_the_configuration_is_three_edits(house):
    house.edit(
        "src/fcflow/experiments/linear/settings.py",
        "    optimal_points: Annotated",
        '    table1_rows: Count\n    """Rows of Table 1, at most. Source: 10, [TU] §6."""\n'
        "    optimal_points: Annotated",
    )
    house.edit(
        "config/config.yaml",
        "  cos_theta2_threshold: 0.9\n",
        "  cos_theta2_threshold: 0.9\n  table1_rows: 1\n",
    )
    tables = "src/fcflow/experiments/linear/tables.py"
    house.edit(
        tables,
        "    level: float,\n) -> ShownTable:\n" + '    """Return Table 1:',
        '    level: float,\n    table1_rows: int,\n) -> ShownTable:\n    """Return Table 1:',
    )
    house.edit(
        tables,
        "beside = pd.concat([valid, printed], axis=1)",
        "beside = pd.concat([valid, printed], axis=1).head(table1_rows)",
    )
    assert (len(house.new), len(house.edited)) == (0, 3)

    house.make("results/tables/table1.parquet")
    whole = len(result(house, "tables/table1"))

    house.configure({"linear": {"table1_rows": 3}})
    done = house.make("results/tables/table1.parquet")
    assert done.count("rule make_table:") == 1
    assert (whole, len(result(house, "tables/table1"))) == (1, 3)

    assert "linear.table1_rows" in house.run_python(
        "from fcflow.cli import app; app(['keys', 'linear'])"
    )
    house.configure({"linear": {"table1_rows": 0}})
    refused = house.run("snakemake", "--configfile", "tiny.yaml", "--dry-run").stdout
    assert "linear.table1_rows: must be ≥ 1, got 0" in refused
