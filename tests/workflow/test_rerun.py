"""What a change makes run again: exactly what it can reach."""

import os
import time

import pytest
from tests.workflow.experiments import (
    ABLATIONS,
    ALL_RULES,
    DIMENSION,
    FIGURE_RULES,
    IMAGENET,
    IMAGES,
    LINEAR,
    MNIST,
    RELU,
    SEEDED,
    SITE,
    TABLE_RULES,
    THEORY,
    VULNERABILITY,
    after,
)

pytestmark = pytest.mark.snakemake

# Tables without an interval, or with Student's alone.
PLAIN_TABLES = {
    *("make_table:identity", "make_table:lemma2", "make_table:lemma3"),
    *("make_table:fo1_resolution", "make_table:fo4_pooling"),
    *("make_table:fo_kinks", "make_table:fo_rise"),
}
THEORY_TABLES = {f"make_table:{name}" for name in THEORY.tables}
SECOND_TABLES = {f"make_table:{name}" for name in VULNERABILITY.tables}
ABLATION_TABLES = {f"make_table:{name}" for name in ABLATIONS.tables}
FRESH_TABLES = {f"make_table:{name}" for name in DIMENSION.tables}
FRESH_FIGURES = SITE | {f"draw_figure:{name}" for name in DIMENSION.figures}
RELU_FIGURES = SITE | {f"draw_figure:{name}" for name in RELU.figures}
# The factors of both are drawn by a module that does not know them.
FACTORS = {"mnist_factors", "imagenet_factors"}
FACTOR_TABLES = {f"make_table:{name}_{kind}" for name in IMAGES for kind in ("factors", "shares")}
MNIST_FIGURES = SITE | {f"draw_figure:{name}" for name in {*MNIST.figures} - FACTORS}
IMAGENET_FIGURES = SITE | {f"draw_figure:{name}" for name in {*IMAGENET.figures} - FACTORS}
FIGURE2 = SITE | {"draw_figure:figure2"}
EDITS = [
    ("seeds.py", ">> 1", ">> 2", after(*SEEDED)),
    ("jobs.py", "sys.exit(1)", "sys.exit(2)", ALL_RULES),
    (
        *("data/hypercube.py", "2 * bits - 1", "1 - 2 * bits"),
        after(
            *("generate_hypercubes", "simulate_statement:theorem6", "train_example"),
            "train_ablations",
            "train_dimension",
        ),
    ),
    (
        "experiments/hypercube/train.py",
        "accuracy == 1.0",
        "accuracy > 0.9",
        after("train_affine", "train_relu"),
    ),
    (
        "training/affine_kernel.py",
        "_BLOCK_WEIGHTS = 65_536",
        "_BLOCK_WEIGHTS = 32_768",
        after("train_affine", "train_example", "train_dimension"),
    ),
    (
        *("data/corners_kernel.py", "numpy", "python"),
        after("train_affine", "train_relu", "train_dimension"),
    ),
    (
        *("training/fresh_schedule.py", "_BLOCK = 4096", "_BLOCK = 2048"),
        after("train_affine", "train_relu", "train_dimension"),
    ),
    ("training/affine_batched.py", "fused=True", "fused=False", after("train_affine")),
    (
        *("training/relu_kernel.py", "value > 0 else", "value >= 0 else"),
        after("train_relu", "train_dimension"),
    ),
    (
        *("theory/closest_vector_kernel.py", "nodes += 1", "nodes += 2"),
        after(
            *("attack_affine", "simulate_statement:theorem6", "train_example"),
            *("probe_dimension", "measure_ablations"),
        ),
    ),
    (
        *("certified/hidden_layer_kernel.py", "_CUTS = 60", "_CUTS = 61"),
        after("attack_relu", "probe_dimension", "measure_ablations"),
    ),
    (
        *("compression/direction.py", "np.clip(cosine, -1.0, 1.0)", "np.clip(cosine, -0.9, 0.9)"),
        after("probe_affine", "train_example", "probe_dimension"),
    ),
    (
        "compression/quadrature.py",
        "4.0, 1.0]",
        "4.0, 2.0]",
        after(
            *("probe_relu", "attack_relu", "probe_images:mnist", "probe_images:imagenet"),
            *("probe_vulnerability", "measure_ablations"),
        ),
    ),
    (
        "compression/feature.py",
        "_RANK_ROUNDINGS = 64",
        "_RANK_ROUNDINGS = 32",
        after("probe_relu", "attack_relu", "probe_dimension"),
    ),
    (
        *("experiments/hypercube/aggregate.py", 'how="left", v', 'how="inner", v'),
        after("aggregate_linear", "aggregate_relu"),
    ),
    (
        *("experiments/linear/aggregate.py", "(attacks)", "(list(attacks))"),
        after("aggregate_linear"),
    ),
    (*("experiments/relu/aggregate.py", "(paths)", "(list(paths))"), after("aggregate_relu")),
    (
        *("paper/published.py", "TABLE2_VALID = 20", "TABLE2_VALID = 21"),
        after(
            *TABLE_RULES
            - THEORY_TABLES
            - SECOND_TABLES
            - FACTOR_TABLES
            - FRESH_TABLES
            - ABLATION_TABLES,
            "make_table:findings",
            *RELU_FIGURES,
            *("draw_figure:figure4", "draw_figure:figure5"),
        ),
    ),
    ("paper/html_table.py", "_MANY_INTERVALS = 3", "_MANY_INTERVALS = 4", after(*TABLE_RULES)),
    ("paper/style.py", '"font.size": 9', '"font.size": 8', FIGURE_RULES | SITE),
    (
        *("experiments/linear/figures.py", "_SPREAD = 1.03", "_SPREAD = 1.04"),
        FIGURE2 | {"draw_figure:linear_factors"},
    ),
    ("experiments/relu/figures.py", "elinewidth=0.7", "elinewidth=0.8", RELU_FIGURES),
    (
        "experiments/linear/claims.py",
        "_THRESHOLD = 0.9",
        "_THRESHOLD = 0.8",
        {"make_claims"} | SITE,
    ),
    (
        *("experiments/hypercube/drawing.py", '"capsize": 2', '"capsize": 3'),
        RELU_FIGURES | FIGURE2 | FRESH_FIGURES | {"draw_figure:linear_factors"},
    ),
    (
        *("experiments/theory/theorem1/tables.py", "_LOW = 16", "_LOW = 32"),
        after("make_table:theorem1"),
    ),
    (
        *("experiments/theory/theorem1/figures.py", "figsize=(9.6, 3.7)", "figsize=(9.6, 3.8)"),
        {"draw_figure:theorem1"} | SITE,
    ),
    # What a section names is loaded for it alone.
    (
        *("attacks/fast_l2.py", 'step="l2"', 'step="sign"'),
        MNIST.after("attack_images:mnist") | after("measure_ablations"),
    ),
    (
        *("attacks/iterated_target.py", "1 / 255", "1 / 256"),
        IMAGENET.after("attack_images:imagenet"),
    ),
    (
        *("attacks/minimal.py", "together: bool = True", "together: bool = False"),
        after("attack_images:mnist", "attack_images:imagenet", "probe_vulnerability"),
    ),
    (
        *("compression/factors.py", "2 * start", "2.0 * start"),
        after(
            *("probe_images:mnist", "probe_images:imagenet", "probe_vulnerability"),
            *("attack_relu", "measure_ablations"),
        ),
    ),
    (
        *("experiments/images/pairing/blocked.py", "_AT_ONCE = 50", "_AT_ONCE = 60"),
        MNIST.after("pair_images:mnist"),
    ),
    (
        *("experiments/images/imagenet/network.py", "model_card(model)", "model_card(str(model))"),
        IMAGENET.after("pair_images:imagenet", "probe_images:imagenet", "attack_images:imagenet"),
    ),
    (
        *("experiments/images/aggregate.py", "validate=", "copy=False, validate="),
        after("aggregate_images:mnist", "aggregate_images:imagenet"),
    ),
    (*("experiments/images/mnist/figures.py", "1.35 *", "1.4 *"), MNIST_FIGURES),
    (
        *("experiments/vulnerability/networks/measure.py", "_REACH = 0.75", "_REACH = 0.7"),
        after("measure_vulnerability"),
    ),
    ("training/network_group.py", "fused=True", "fused=False", after("train_vulnerability")),
    (
        *("data/resizing.py", "+ 0.5", "+ 0.4"),
        after("prepare_vulnerability", "simulate_statement:initialisation"),
    ),
    (
        *("experiments/images/drawing.py", "markersize=4", "markersize=3"),
        MNIST_FIGURES | IMAGENET_FIGURES,
    ),
    (
        *("training/dense_group.py", "ADVERSARIAL_STEPS = 5", "ADVERSARIAL_STEPS = 6"),
        after("train_ablations"),
    ),
    (
        *("experiments/ablations/data/seen.py", "LIMIT = 0.05", "LIMIT = 0.06"),
        {"draw_figure:ablations_data", "make_table:findings"} | SITE,
    ),
    ("site/scale.py", "_MARGIN = 0.08", "_MARGIN = 0.1", SITE),
    ("site/templates/site.css", "max-width: 70rem", "max-width: 60rem", SITE),
    ("cli.py", "no_args_is_help=True", "no_args_is_help=False", set()),
]


@pytest.mark.parametrize(
    ("module", "before", "now", "expected"), EDITS, ids=[edit[0] for edit in EDITS]
)
def test_an_edit_reruns_the_steps_that_import_it_and_what_follows(
    workspace, module, before, now, expected
):
    file = workspace.with_own_package() / module
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, now), encoding="utf-8")
    assert workspace.planned() == expected


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
    script = workspace.folder / "workflow" / "scripts" / "aggregate_linear.py"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("\nrun(", "\nassert True\nrun("), encoding="utf-8")
    assert workspace.planned() == LINEAR.after("aggregate_linear")


ATTACK = {"attack": "fast_sign", "criterion": "pair", "box": True}
# What a pair maker is asked for stands in the notes of tables too.
IMAGENET_PAIRS = IMAGENET.after("pair_images:imagenet")


def of_networks(**keys):
    return {"vulnerability": {"networks": keys}}


KEYS = [
    ({"seed": 1}, after(*SEEDED)),
    ({"device": "cpu"}, set()),
    ({"statistics": {"resamples": 300}}, after(*TABLE_RULES - PLAIN_TABLES)),
    ({"linear": {"column_scale": 2}}, LINEAR.after("generate_hypercubes")),
    ({"linear": {"learning_rate": 0.02}}, LINEAR.after("train_affine")),
    ({"linear": {"batch_size": 4}}, LINEAR.after("train_affine")),
    ({"linear": {"optimal_points": 3}}, LINEAR.after("attack_affine")),
    ({"linear": {"optimal_max_nodes": 9}}, LINEAR.after("attack_affine")),
    (
        {"linear": {"cos_theta2_threshold": 0.5}},
        after("make_table:table1", "make_table:table2", "make_table:batch_size"),
    ),
    ({"relu": {"column_scale": 2}}, RELU.after("generate_hypercubes")),
    ({"relu": {"learning_rate": 0.02}}, RELU.after("train_relu")),
    ({"relu": {"depth": 2}}, RELU.after("train_relu")),
    ({"relu": {"alphas": 4}}, RELU.after("probe_relu")),
    ({"relu": {"path_tolerance": 0.1}}, RELU.after("probe_relu")),
    ({"relu": {"attacked_points": 3}}, RELU.after("attack_relu")),
    ({"dimension": {"tolerance": 0.05}}, DIMENSION.after("train_dimension")),
    ({"dimension": {"attacked_points": 3}}, DIMENSION.after("probe_dimension")),
    ({"images": {"mnist": {"path_tolerance": 0.1}}}, MNIST.after("probe_images:mnist")),
    ({"images": {"mnist": {"attacks": [ATTACK]}}}, MNIST.after("attack_images:mnist")),
    ({"images": {"mnist": {"measures": []}}}, MNIST.after("probe_images:mnist")),
    ({"images": {"mnist": {"shown_pairs": 1}}}, MNIST.after("pair_images:mnist")),
    ({"theory": {"theorem1": {"epsilons": [0.4]}}}, after("make_table:theorem1")),
    ({"theory": {"theorem7": {"alphas": [0.4]}}}, after("check_first_order")),
    ({"images": {"imagenet": {"path_tolerance": 0.1}}}, IMAGENET.after("probe_images:imagenet")),
    ({"images": {"imagenet": {"pairs": {"max_pairs": 2}}}}, IMAGENET_PAIRS),
    (of_networks(folder="elsewhere"), set()),
    (of_networks(test_images=50), after("prepare_vulnerability")),
    (of_networks(epochs=3), after("train_vulnerability")),
    (of_networks(gradient_images=10), after("measure_vulnerability")),
    (of_networks(gammas=3), after("probe_vulnerability")),
    ({"ablations": {"steps": 41}}, ABLATIONS.after("train_ablations")),
    ({"ablations": {"ddn_steps": 6}}, ABLATIONS.after("measure_ablations")),
    ({"ablations": {"test_points": 31}}, ABLATIONS.after("measure_ablations")),
]


@pytest.mark.parametrize(("override", "expected"), KEYS, ids=[str(key) for key, _ in KEYS])
def test_a_changed_key_reruns_the_steps_that_read_it_and_what_follows(
    workspace, override, expected
):
    workspace.configure(override)
    assert workspace.planned() == expected


@pytest.mark.parametrize(
    ("experiment", "study", "steps"),
    [
        (
            "linear",
            "table1",
            {"train_affine": 1, "probe_affine": 1, "attack_affine": 1, "make_table:table1": 1},
        ),
        (
            "relu",
            "table3",
            {
                "train_relu": 1,
                "probe_relu": 1,
                "attack_relu": 0,
                "make_table:table3": 1,
                "make_table:table4": 0,
            },
        ),
        (
            "relu",
            "table4",
            {"train_relu": 1, "probe_relu": 1, "attack_relu": 1, "make_table:table4": 1},
        ),
    ],
)
def test_a_changed_key_of_one_study_leaves_the_others_alone(workspace, experiment, study, steps):
    workspace.configure({experiment: {"studies": {study: {"epochs": 21}}}})
    jobs = workspace.jobs()
    assert {rule: jobs.count(rule) for rule in steps} == steps


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        ("tables/table2.tex", "make_table:table2"),
        ("tables/table4.csv", "make_table:table4"),
        ("figures/figure2.pdf", "draw_figure:figure2"),
    ],
)
def test_a_deleted_result_is_made_again_with_what_reads_its_step_and_nothing_else(
    workspace, result, rule
):
    # A step writes all its files again, so that what reads another one of them follows.
    (workspace.folder / "results" / result).unlink()
    assert workspace.planned() == after(rule)
