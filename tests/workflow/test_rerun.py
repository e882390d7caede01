"""What a change makes run again: exactly what it can reach."""

import os
import time

import pytest

pytestmark = [pytest.mark.snakemake, pytest.mark.xdist_group("snakemake")]

TABLES = {"make_table1", "make_table2", "make_batch_size_table", "make_dimension_table"}
DRAWN = {*TABLES, "draw_figure2", "all"}
AFTER_AGGREGATION = {"aggregate_linear", "linear", *DRAWN}
AFTER_TRAINING = {"train_affine", "probe_affine", "attack_affine", *AFTER_AGGREGATION}
EVERYTHING = {"generate_hypercubes", *AFTER_TRAINING}


def without_targets(rules):
    return rules - {"all", "linear", "tables", "figures"}


@pytest.mark.parametrize(
    ("module", "before", "after", "expected"),
    [
        ("training/affine_kernel.py", "_BLOCK_WEIGHTS = 65_536", "_BLOCK_WEIGHTS = 32_768", AFTER_TRAINING),
        ("theory/closest_vector_kernel.py", "nodes += 1", "nodes += 2", {"attack_affine", *AFTER_AGGREGATION}),
        (
            "compression/direction.py",
            "np.clip(cosine, -1.0, 1.0)",
            "np.clip(cosine, -0.9, 0.9)",
            {"probe_affine", *AFTER_AGGREGATION},
        ),
        ("experiments/linear/aggregate.py", 'how="left", v', 'how="inner", v', AFTER_AGGREGATION),
        ("paper/published.py", "TABLE2_VALID = 20", "TABLE2_VALID = 21", TABLES),
        ("paper/figure2.py", "_SPREAD = 1.0", "_SPREAD = 1.1", {"draw_figure2"}),
        ("paper/style.py", '"font.size": 9', '"font.size": 8', {"draw_figure2"}),
        ("data/hypercube.py", "2 * bits - 1", "1 - 2 * bits", EVERYTHING),
        ("seeds.py", ">> 1", ">> 2", EVERYTHING),
        ("jobs.py", "sys.exit(1)", "sys.exit(2)", EVERYTHING),
        ("training/affine_batched.py", "fused=True", "fused=False", AFTER_TRAINING),
        ("cli.py", "no_args_is_help=True", "no_args_is_help=False", set()),
    ],
)
def test_an_edit_reruns_the_steps_that_import_it_and_what_follows(workspace, module, before, after, expected):
    file = workspace.with_own_package() / module
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert without_targets(workspace.planned()) == without_targets(
        expected | ({"draw_figure2"} if "make_dimension_table" in expected else set())
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace('"""', '"""Reworded. ', 1),
        lambda text: text + "\n# A comment at the end.\n",
        lambda text: text.replace("\n\n\n", "\n\n\n\n\n"),
        lambda text: text,
    ],
    ids=["docstring", "comment", "blank lines", "touch"],
)
def test_what_cannot_change_a_result_reruns_nothing(workspace, edit):
    package = workspace.with_own_package()
    for file in [*package.rglob("*.py"), *(workspace.folder / "workflow" / "scripts").glob("*.py")]:
        text = file.read_text(encoding="utf-8")
        file.write_text(edit(text), encoding="utf-8")
        os.utime(file, (time.time() + 5, time.time() + 5))
    assert workspace.planned() == set()


def test_an_edited_script_reruns_its_step(workspace):
    script = workspace.folder / "workflow" / "scripts" / "draw_figure2.py"
    script.write_text(
        script.read_text(encoding="utf-8").replace("level =", "assert True\n    level ="), encoding="utf-8"
    )
    assert without_targets(workspace.planned()) == {"draw_figure2"}


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"seed": 1}, EVERYTHING),
        ({"linear": {"column_scale": 2}}, EVERYTHING),
        ({"linear": {"learning_rate": 0.02}}, AFTER_TRAINING),
        ({"linear": {"batch_size": 4}}, AFTER_TRAINING),
        ({"linear": {"optimal_points": 3}}, {"attack_affine", *AFTER_AGGREGATION}),
        ({"linear": {"optimal_max_nodes": 9}}, {"attack_affine", *AFTER_AGGREGATION}),
        ({"linear": {"cos_theta2_threshold": 0.5}}, TABLES - {"make_dimension_table"}),
        ({"statistics": {"resamples": 300}}, {*TABLES, "draw_figure2"} - {"make_table1"}),
        ({"device": "cpu"}, set()),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_changed_key_reruns_the_steps_that_read_it_and_what_follows(workspace, override, expected):
    workspace.configure(override)
    assert without_targets(workspace.planned()) == without_targets(expected)


def test_a_changed_key_of_one_study_leaves_the_others_alone(workspace):
    workspace.configure({"linear": {"studies": {"table1": {"epochs": 21}}}})
    done = workspace.snakemake("--dry-run")
    assert done.stdout.count("rule train_affine:") == 1
    assert done.stdout.count("rule attack_affine:") == 1


def test_a_deleted_result_is_made_again_and_nothing_else(workspace):
    (workspace.folder / "results" / "tables" / "table2.tex").unlink()
    assert without_targets(workspace.planned()) == {"make_table2"}
