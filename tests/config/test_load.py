import json
import re
from pathlib import Path

import pytest
import yaml

from fcflow.config.keys import configuration_keys
from fcflow.config.load import check_config, config_schema, read_config, read_yaml
from fcflow.errors import ConfigError

ROOT = Path(__file__).parents[2]
BASE = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))


def faults(override):
    with pytest.raises(ConfigError) as caught:
        check_config([("config/config.yaml", BASE), ("config/my.yaml", override)])
    return str(caught.value).splitlines()


@pytest.mark.parametrize("files", [["config.yaml"], ["config.yaml", "quick.yaml"]])
def test_the_shipped_configurations_are_valid(files):
    read_config([ROOT / "config" / file for file in files])


def test_every_key_says_what_it_means_where_it_is_declared():
    keys = configuration_keys()
    assert len(keys) > 100
    assert [key.name for key in keys if not key.meaning] == []


def test_the_schema_says_so_too():
    schema = json.loads(config_schema())
    properties = [part.get("properties", {}) for part in [schema, *schema["$defs"].values()]]
    silent = {
        key
        for part in properties
        for key, about in part.items()
        if "description" not in about and "$ref" not in about  # a section says it itself
    }
    assert silent == set()


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ({"linear": {"batch_size": 0}}, "linear.batch_size: must be ≥ 1, got 0"),
        ({"linear": {"hidden": -3}}, "linear.hidden: must be ≥ 1, got -3"),
        (
            {"linear": {"batch_sise": 8}},
            "linear.batch_sise: unknown key, did you mean 'batch_size'?",
        ),
        ({"liner": {}}, "liner: unknown key, did you mean 'linear'?"),
        (
            {"images": {"mnist": {"model": {"timm": "resnet18"}}}},
            "images.mnist.model: mnist is a section of the papers'; give your own another name",
        ),
        ({"linear": {"zzz": 1}}, "linear.zzz: unknown key; known are batch_size, betas,"),
        ({"linear": {"hidden": "many"}}, "linear.hidden: must be a whole number, got 'many'"),
        ({"linear": {"hidden": 3.5}}, "linear.hidden: must be a whole number, got 3.5"),
        ({"linear": {"hidden": True}}, "linear.hidden: must be a whole number, got True"),
        (
            {"linear": {"learning_rate": "fast"}},
            "linear.learning_rate: must be a number, got 'fast'",
        ),
        (
            {"linear": {"learning_rate": float("inf")}},
            "linear.learning_rate: must be finite, got inf",
        ),
        ({"linear": {"learning_rate": "nan"}}, "linear.learning_rate: must be"),
        ({"linear": {"betas": [0.9]}}, "linear.betas: must have 2 entries, got 1"),
        ({"linear": {"betas": [0.9, 1]}}, "linear.betas.1: must be < 1, got 1"),
        (
            {"linear": {"stop_when_perfect": "no thanks"}},
            "linear.stop_when_perfect: must be true or false",
        ),
        (
            {"linear": {"points": "all"}},
            "linear.points: must be 'auto', 'enumerate' or 'sample', got 'all'",
        ),
        ({"linear": {"max_enumerated_dim": 60}}, "linear.max_enumerated_dim: must be ≤ 26, got 60"),
        (
            {"linear": {"studies": {"table1": {"dims": []}}}},
            "linear.studies.table1.dims: must not be empty",
        ),
        (
            {"linear": {"studies": {"table1": {"dims": [12, 0]}}}},
            "linear.studies.table1.dims.1: must be ≥ 1, got 0",
        ),
        (
            {"linear": {"studies": {"table1": {"dims": 12}}}},
            "linear.studies.table1.dims: must be a list, got 12",
        ),
        (
            {"linear": {"studies": {"dimension": {"dims": [4, 4]}}}},
            "linear.studies.dimension.dims: must not repeat",
        ),
        (
            {"linear": {"studies": {"table1": {"run": 3}}}},
            "linear.studies.table1.run: unknown key, did you mean 'runs'?",
        ),
        (
            {"linear": {"studies": {"table1": {"runs": 3}}}},
            "linear.studies.table1: must have either runs, or both valid_runs and max_runs",
        ),
        (
            {"linear": {"studies": {"table1": {"max_runs": 3}}}},
            "linear.studies.table1: max_runs must be ≥ valid_runs = 10, got 3",
        ),
        (
            {"linear": {"studies": {"table2": {"dims": [4, 6]}}}},
            "linear: studies.table2: dims must have one value, because",
        ),
        (
            {"linear": {"studies": {"dimension_high": {"column_scales": [1, 5]}}}},
            "linear: studies.dimension_high: column_scales must have one value, because",
        ),
        (
            {"linear": {"studies": {"dimension": {"points": "enumerate"}}}},
            (
                "linear: studies.dimension: points: enumerate demands all 2^32 points of d = 32,"
                " but max_enumerated_dim is"
            ),
        ),
        (
            {"linear": {"studies": {"Bad Name": {"dims": [4], "runs": 1}}}},
            "linear.studies.Bad Name: must be a name of",
        ),
        ({"theory": {"theorem1": {"dims": [1, 4]}}}, "theory.theorem1.dims.0: must be ≥ 2, got 1"),
        ({"theory": {"theorem1": {"dims": [4, 2]}}}, "theory.theorem1.dims: must rise, got [4, 2]"),
        (
            {"theory": {"theorem1": {"dims": [2, 4]}}},
            "theory.theorem1: draws must have one number for each of the 2 dims, got 11",
        ),
        (
            {"theory": {"theorem1": {"epsilons": [0.5, 1]}}},
            "theory.theorem1.epsilons.1: must be < 1, got 1",
        ),
        (
            {"theory": {"lemma2": {"alphas": [0.5, 1.0]}}},
            "theory.lemma2.alphas.1: must be < 1, got 1.0",
        ),
        ({"theory": {"lemma2": {"alphas": [0]}}}, "theory.lemma2.alphas.0: must be > 0, got 0"),
        (
            {"theory": {"lemma3": {"widths": [[4, 4], [5, 8, 6]]}}},
            (
                "theory.lemma3.widths: must not fall, n_(i+1) ≥ n_i (Lemma 3), but 8 is followed by"
                " 6 in [5, 8, 6]"
            ),
        ),
        (
            {"theory": {"theorem4": {"widenings": [0.5]}}},
            "theory.theorem4.widenings.0: must be ≥ 1, got 0.5",
        ),
        ({"theory": {"theorem4": {"layers": [0]}}}, "theory.theorem4.layers.0: must be ≥ 1, got 0"),
        (
            {"theory": {"theorem6": {"column_scale": 1}}},
            "theory.theorem6.column_scale: unknown key, did you mean",
        ),
        ({"theory": {"figure1": {"max_phi": 1.5}}}, "theory.figure1.max_phi: must be < 1, got 1.5"),
        ({"seed": -1}, "seed: must be ≥ 0, got -1"),
        ({"device": "gpu"}, "device: must be 'auto', 'cpu' or 'cuda', got 'gpu'"),
        ({"statistics": 3}, "statistics: must be a section of keys, got 3"),
        ({"statistics": {"level": 95}}, "statistics.level: must be < 1, got 95"),
    ],
)
def test_a_fault_is_told_with_its_file_key_and_value(override, line):
    told = faults(override)
    assert len(told) == 1
    assert told[0].startswith(f"config/my.yaml: {line}")


def test_all_faults_are_told_at_once():
    told = faults({"seed": -1, "linear": {"hidden": 0, "epoch": 3}, "device": None})
    assert [line.split(": ")[1] for line in told] == [
        "device",
        "linear.epoch",
        "linear.hidden",
        "seed",
    ]


def test_a_fault_in_the_base_file_is_told_as_the_base_files():
    broken = {**BASE, "seed": -1}
    with pytest.raises(
        ConfigError, match=re.escape("config/config.yaml: seed: must be ≥ 0, got -1")
    ):
        check_config([("config/config.yaml", broken), ("config/my.yaml", {"device": "cpu"})])


def test_missing_sections_are_told():
    with pytest.raises(ConfigError, match=r"a\.yaml: linear: is missing"):
        check_config([("a.yaml", {"seed": 1})])


def test_files_are_merged_deeply_and_lists_replaced():
    merged = check_config([("a", BASE), ("b", {"linear": {"studies": {"table1": {"dims": [3]}}}})])
    assert merged.linear.studies["table1"].dims == [3]
    assert merged.linear.studies["table1"].max_runs == 100
    assert merged.linear.hidden == 3000


@pytest.mark.parametrize("written", ["1e-3", "0.001", "1E-3"])
def test_yamls_unquoted_exponents_are_numbers(tmp_path, written):
    (tmp_path / "my.yaml").write_text(f"linear: {{learning_rate: {written}}}")
    config = read_config([ROOT / "config" / "config.yaml", tmp_path / "my.yaml"])
    assert config.linear.learning_rate == 1e-3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [1", "cannot be read as YAML"),
        (b"- 1\n- 2", "must hold keys and values"),
        (b"\xff\xfel\x00:\x00", r"my\.yaml: line 1: is not UTF-8 text; save the file as UTF-8"),
        ("seed: 1\n# café".encode("latin-1"), r"my\.yaml: line 2: is not UTF-8 text"),
        (b"a: &a [*a]", "line 1: holds itself"),
        (b"a: !!bool maybe", "cannot be read as YAML"),
        (b"a: 2024-13-45", "cannot be read as YAML|would be read as a date"),
    ],
)
def test_a_file_that_is_not_yaml_is_told_in_one_line(tmp_path, content, message):
    (tmp_path / "my.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        read_config([tmp_path / "my.yaml"])
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("seed: 016", "line 1: 016 would be read as the octal number 14; write it without the 0"),
        ("seed: 1_000", "line 1: 1_000 would be read as 1000; write it without the _"),
        ("a: 1_0.5", "line 1: 1_0.5 would be read as 10.5; write it without the _"),
        ("a: 12:30:45", "line 1: 12:30:45 would be read as the sexagesimal number 45045"),
        ("a: yes", "line 1: yes would be read as true; write true or false, or in quotes"),
        ("a: [x, Off]", "line 1: Off would be read as false"),
        ("studies:\n  on: {}", "line 2: on would be read as true"),
        ("a: 2024-06-16", "line 1: 2024-06-16 would be read as a date; write it in quotes"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' is given in line 1 already"),
        ("linear:\n  'b': 1\n  \"b\": 1", "line 3: the key 'b' is given in line 2 already"),
        ('{"a": {"b": 1,\n "b": 2}}', "line 2: the key 'b' is given in line 1 already"),
    ],
)
def test_what_yaml_would_silently_read_otherwise_is_refused_with_its_line(
    tmp_path, written, message
):
    (tmp_path / "my.yaml").write_text(written)
    with pytest.raises(ConfigError, match=re.escape(f"my.yaml: {message}")) as caught:
        read_yaml(tmp_path / "my.yaml")
    assert len(str(caught.value).splitlines()) == 1


def test_text_in_quotes_merged_sections_and_a_byte_order_mark_are_read_as_they_are(tmp_path):
    written = "\ufeffx: &x {a: 'no', b: \"016\"}\ny:\n  <<: *x\n  b: [12:30 h, 0x10]"
    (tmp_path / "my.yaml").write_text(written, encoding="utf-8")
    content = read_yaml(tmp_path / "my.yaml")
    (tmp_path / "my.json").write_text('{\n\t"seed": 1e1\n}')  # tabs, which are no YAML
    assert read_yaml(tmp_path / "my.json") == {"seed": 10.0}
    assert content["y"] == {"a": "no", "b": ["12:30 h", 16]}


def test_nothing_in_a_configuration_is_run(tmp_path):
    (tmp_path / "my.yaml").write_text(
        f'seed: !!python/object/apply:os.system ["touch {tmp_path}/ran"]'
    )
    with pytest.raises(ConfigError, match="cannot be read as YAML"):
        read_config([tmp_path / "my.yaml"])
    assert not (tmp_path / "ran").exists()


def test_a_missing_file_is_told():
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: is missing"):
        read_config(["nowhere.yaml"])
