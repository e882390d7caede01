"""What the tests know of each experiment; a further one is one more in ``EXPERIMENTS``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    """An experiment as small as it goes, and how its rules follow from each other.

    Attributes
    ----------
    tiny : mapping
        Its section of the configuration, merged over that of ``config/config.yaml``.
    hopeless : mapping
        What to merge over that so that no run is ever valid.
    follows : mapping
        Rule to the rules that read what it makes.
    tables, figures : sequence of str
        The names of what the paper gets from it.
    shown : sequence of str
        What the report calls them.
    """

    tiny: Mapping
    hopeless: Mapping
    follows: Mapping[str, Sequence[str]]
    tables: Sequence[str]
    figures: Sequence[str]
    shown: Sequence[str]

    def after(self, *rules: str) -> set[str]:
        """Return the experiment's rules among these, with everything that follows from them."""
        reached: set[str] = set()
        waiting = [rule for rule in rules if rule in self.rules()]
        while waiting:
            rule = waiting.pop()
            reached.add(rule)
            waiting += [later for later in self.follows.get(rule, ()) if later not in reached]
        return with_site(reached)

    def rules(self) -> set[str]:
        """Return all rules of the experiment but its targets."""
        return {*self.follows, *(later for rules in self.follows.values() for later in rules)}


def with_site(rules: set[str]) -> set[str]:
    """Return the rules, with that of the site if one of them makes what it shows."""
    return rules | SITE if any(rule.startswith(("make_", "draw_")) for rule in rules) else rules


SITE = {"make_site"}
FRESH_FIGURES = ["dimension_laws", "dimension_perturbations"]
FRESH_TABLES = ["dimension_laws", "dimension_exponents"]
AFTER_LAWS = {"make_table:dimension_laws": [f"draw_figure:{name}" for name in FRESH_FIGURES]}
LINEAR_TABLES = [
    *("table1", "table2", "linear_shares", "batch_size", "dimension", "dimension_slopes")
]
LINEAR = Experiment(
    tiny={
        "hidden": 24,
        "learning_rate": 0.01,
        "max_enumerated_dim": 4,
        "max_points": 64,
        "optimal_points": 6,
        "studies": {
            "table1": {"dims": [3], "valid_runs": 2, "max_runs": 20},
            "table2": {"dims": [3], "runs": 6},
            "batch_size": {"dims": [3], "batch_sizes": [2, 8], "runs": 4},
            "dimension": {"dims": [3, 6], "valid_runs": 2, "max_runs": 10},
            "dimension_high": None,
            "dimension_longer": None,
        },
    },
    hopeless={"learning_rate": 1e-9},
    follows={
        "generate_hypercubes": [
            *(
                "train_affine",
                "probe_affine",
                "attack_affine",
                "aggregate_linear",
                "check_linear_paths",
            )
        ],
        "train_affine": ["probe_affine", "attack_affine", "aggregate_linear", "check_linear_paths"],
        "check_linear_paths": ["make_table:identity"],
        "probe_affine": ["aggregate_linear"],
        "attack_affine": [
            *("aggregate_linear", "make_table:linear_shares", "draw_figure:linear_factors")
        ],
        "aggregate_linear": [
            *(f"make_table:{name}" for name in [*LINEAR_TABLES, "dimension_laws"]),
            *("draw_figure:linear_factors", "make_claims"),
        ],
        "make_table:linear_shares": ["draw_figure:linear_factors"],
        **AFTER_LAWS,
        "make_table:dimension_slopes": [
            *("make_table:dimension", "draw_figure:figure2", "make_claims")
        ],
        "make_table:dimension": ["draw_figure:figure2"],
        "make_table:batch_size": ["draw_figure:batch_size_effect", "make_claims"],
        **{
            rule: ["make_claims"]
            for rule in ("make_table:table1", "make_table:table2", "make_table:identity")
        },
    },
    tables=LINEAR_TABLES,
    figures=["figure2", "batch_size_effect", "linear_factors"],
    shown=["Table 1", "Table 2", "Batch size", "Figure 2", "Figure 2's exponents"],
)

RELU = Experiment(
    tiny={
        "hidden": 24,
        "batch_size": 8,
        "learning_rate": 0.01,
        "max_enumerated_dim": 4,
        "max_points": 64,
        "alphas": 3,
        "attacked_points": 2,
        "studies": {
            "table3": {"dims": [3], "valid_runs": 2, "max_runs": 10},
            "table4": {"dims": [3], "valid_runs": 1, "max_runs": 10},
            "depth": {
                "dims": [3],
                "depths": [1, 2],
                "hidden": [12],
                "valid_runs": 1,
                "max_runs": 5,
            },
            "dimension": {
                "dims": [3, 6],
                "depths": [1],
                "hidden": [12],
                "valid_runs": 1,
                "max_runs": 3,
            },
            "dimension_small": None,
            "scale": None,
            "width": None,
        },
    },
    hopeless={"learning_rate": 1e-9},
    follows={
        "generate_hypercubes": [
            "train_relu",
            "probe_relu",
            "attack_relu",
            "aggregate_relu",
            "check_first_order",
        ],
        "train_relu": ["probe_relu", "attack_relu", "aggregate_relu", "check_first_order"],
        "check_first_order": ["make_table:first_order"],
        "make_table:first_order": ["draw_figure:first_order", "make_claims"],
        "probe_relu": [
            *("aggregate_relu", "make_table:table3", "draw_figure:rho_distribution", "make_claims")
        ],
        "attack_relu": [
            *("make_table:table4_averages", "make_table:table4", "draw_figure:table4_scatter"),
            *("make_table:relu_shares", "draw_figure:relu_factors", "make_claims"),
        ],
        "make_table:table4_averages": ["make_table:table4", "make_claims"],
        "make_table:relu_shares": ["draw_figure:relu_factors"],
        "aggregate_relu": [
            "make_table:table3",
            "make_table:relu_slopes",
            "make_table:relu",
            "draw_figure:rho_distribution",
            "make_table:identity",
            "make_table:dimension_laws",
            "make_claims",
        ],
        **AFTER_LAWS,
        "make_table:relu_slopes": ["make_table:relu", "draw_figure:rho_dimension", "make_claims"],
        "make_table:relu": ["draw_figure:rho_dimension"],
        **{rule: ["make_claims"] for rule in ("make_table:table3", "make_table:identity")},
    },
    tables=["table3", "table4", "table4_averages", "relu", "relu_slopes", "relu_shares"],
    figures=["rho_dimension", "rho_distribution", "table4_scatter", "relu_factors"],
    shown=[
        "Table 3",
        "Table 4",
        "Table 3 extended",
        "ρ against d",
        "Table 3 in full",
        "Table 4 in full",
        "Table 4's averages",
        "Exponents of ρ",
    ],
)

DIMENSION = Experiment(
    tiny={
        "hidden": 24,
        "batch_size": 32,
        "tolerance": 0.02,
        "first_check": 32,
        "probed_points": 3,
        "attacked_points": 2,
        "studies": {
            "linear": {"dims": [3, 6], "runs": 3, "steps": 512, "batch_size": 32},
            "one_layer": {"dims": [3], "runs": 3, "steps": 512},
            "two_layers": {"dims": [3], "runs": 1, "steps": 64, "hidden": 8},
            "three_layers": None,
        },
    },
    hopeless={"learning_rate": 1e-9},
    follows={
        "train_dimension": ["probe_dimension"],
        "probe_dimension": ["aggregate_dimension"],
        "aggregate_dimension": [*(f"make_table:{name}" for name in FRESH_TABLES), "make_claims"],
        "make_table:dimension_exponents": [f"draw_figure:{name}" for name in FRESH_FIGURES],
        **AFTER_LAWS,
    },
    tables=FRESH_TABLES,
    figures=FRESH_FIGURES,
    shown=["Dimension laws", "Exponents of d", "Robustness over the best possible"],
)

IMAGES_AFTER = {
    "pair_images": ["probe_images", "attack_images", "aggregate_images"],
    "probe_images": ["aggregate_images"],
    "attack_images": ["aggregate_images"],
}


def of_images(experiment: str, aggregated: Sequence[str], **others: Sequence[str]) -> dict:
    """Return how the rules of an experiment on images follow from each other.

    Those that serve every experiment are told apart by its name, as ``pair_images:mnist``.
    """
    shared = {*IMAGES_AFTER, "aggregate_images"}
    follows = {**IMAGES_AFTER, "aggregate_images": aggregated, **others}
    return {
        f"{rule}:{experiment}" if rule in shared else rule: [
            f"{later}:{experiment}" if later in shared else later for later in every
        ]
        for rule, every in follows.items()
    }


MNIST = Experiment(
    tiny={
        "train_images": 300,
        "test_images": 150,
        "networks": 1,
        "channels": [4, 4],
        "hidden": 8,
        "epochs": 3,
        "gammas": 3,
        "path_tolerance": 0.5,
        "max_gradients": 5,
        "attacks": [
            {"attack": "fast_l2", "criterion": "pair", "box": [False, True]},
            {"attack": "descent", "criterion": "pair", "box": True, "step_share": 0.2},
            {"attack": "minimal", "criterion": "argmax", "box": False, "effort": "quick"},
            {"attack": "ddn", "criterion": "pair", "box": True, "steps": 5},
        ],
    },
    hopeless={"learning_rate": 1e-9},
    follows=of_images(
        "mnist",
        [
            *("make_table:table5", "make_table:table6", "make_table:mnist", "make_table:identity"),
            *("make_table:mnist_factors", "make_table:mnist_shares"),
            *("draw_figure:figure3", "draw_figure:mnist_scatter", "draw_figure:mnist_paths"),
            "make_claims",
        ],
        **{
            "prepare_mnist": ["train_mnist", "pair_images", "attack_images"],
            "train_mnist": ["pair_images", "probe_images", "attack_images"],
            "make_table:mnist": ["draw_figure:mnist_scatter", "make_claims"],
            "make_table:mnist_factors": ["draw_figure:mnist_factors"],
            "make_table:mnist_shares": ["draw_figure:mnist_factors"],
            "make_table:identity": ["make_claims"],
        },
    ),
    tables=["table5", "table6", "mnist", "mnist_factors", "mnist_shares"],
    figures=["figure3", "mnist_scatter", "mnist_paths", "mnist_factors"],
    shown=["Table 5", "Table 6", "Figure 3"],
)

IMAGENET = Experiment(
    tiny={
        "image_size": 64,
        "pairs": {"max_pairs": 1, "named": []},
        "gammas": 3,
        "path_tolerance": 0.5,
        "max_gradients": 5,
        "attacks": [
            {"attack": "iterated", "criterion": "target", "box": True, "steps": 5},
            {"attack": "minimal", "criterion": "pair", "box": True, "effort": "quick"},
            {"attack": "minimal", "criterion": "argmax", "box": True, "effort": "quick"},
        ],
        "jobs": 1,
    },
    hopeless={},
    follows=of_images(
        "imagenet",
        [
            *("make_table:table7", "make_table:table8", "make_table:imagenet"),
            *("make_table:identity", "draw_figure:figure4", "draw_figure:figure5"),
            *("make_table:imagenet_factors", "make_table:imagenet_shares"),
            *("draw_figure:imagenet_scatter", "make_claims"),
        ],
        **{
            "prepare_imagenet": ["pair_images", "attack_images"],
            "make_table:table7": ["draw_figure:figure6", "make_claims"],
            "make_table:imagenet": ["draw_figure:imagenet_scatter", "make_claims"],
            "make_table:imagenet_factors": ["draw_figure:imagenet_factors"],
            "make_table:imagenet_shares": ["draw_figure:imagenet_factors"],
            "make_table:table8": ["make_claims"],
            "make_table:identity": ["make_claims"],
        },
    ),
    tables=["table7", "table8", "imagenet", "imagenet_factors", "imagenet_shares"],
    figures=["figure4", "figure5", "figure6", "imagenet_scatter", "imagenet_factors"],
    shown=["Table 7", "Table 8", "Figure 4", "Figure 5", "Figure 6"],
)

STATEMENTS = [*("theorem1", "lemma2", "lemma3", "theorem4", "theorem5", "theorem6", "theorem7")]
SIMULATIONS = [f"simulate_statement:{name}" for name in STATEMENTS]
THEORY = Experiment(
    tiny={
        "theorem1": {"dims": [2, 8, 32], "draws": [50, 50, 20]},
        "lemma2": {"dims": [1, 8, 64]},
        "lemma3": {"widths": [[2, 2], [3, 5, 7]], "draws": 200},
        "theorem4": {"dims": [4, 16], "draws": [20, 10], "layers": [1, 2], "law_draws": 100},
        "theorem5": {"dims": [2, 8, 32], "draws": [20, 20, 10]},
        "theorem6": {"dims": [2, 6, 12], "draws": [20, 10, 10], "points": 16, "max_decoded_dim": 6},
        "theorem7": {"dims": [4, 32], "draws": [50, 50]},
    },
    hopeless={},
    follows={
        **{f"simulate_statement:{name}": [f"make_table:{name}"] for name in STATEMENTS},
        **{
            f"make_table:{name}": [f"draw_figure:{name}", "make_claims"]
            for name in [*STATEMENTS, "first_order"]
        },
        "make_table:identity": ["make_claims"],
        "train_example": ["draw_figure:figure1"],
    },
    tables=[*STATEMENTS, "first_order", "identity"],
    figures=[*STATEMENTS, "first_order", "figure1"],
    shown=[
        *("Theorem 1", "Lemma 2", "Lemma 3", "Theorem 4", "Theorem 5", "Theorem 6", "Theorem 7"),
        *("Section 5", "Figure 1"),
    ],
)

INITIALISATION_FIGURES = ["initialisation", "initialisation_pools"]
# What is made of the networks, of their attacks and of their points: tables with their figures.
NETWORK_TABLES = {
    "fo1_resolution": ["fo1"],
    "fo2_regularisers": ["fo2", "fo3"],
    "fo4_pooling": ["fo4"],
    "fo_kinks": ["fo_kinks"],
    "fo_rise": ["fo_rise"],
    "fo_meeting": ["fo_meeting"],
}
NETWORK_FIGURES = [figure for figures in NETWORK_TABLES.values() for figure in figures]
VULNERABILITY = Experiment(
    tiny={
        "initialisation": {
            "noise_sizes": [8, 16],
            "digit_sizes": [14, 28],
            "networks": 3,
            "images": 2,
            "channels": 2,
            "dense": [[4]],
        },
        "networks": {
            "train_images": 60,
            "test_images": 40,
            "channels": 2,
            "hidden": 4,
            "batch_size": 20,
            "epochs": 2,
            "gradient_images": 20,
            "attacks": [
                {"attack": "one_step", "norm": "inf", "epsilons": [0.02, 0.1], "images": 20},
                {"attack": "one_step", "norm": "2", "epsilons": [0.02, 0.1], "images": 20},
                {
                    "attack": "iterated",
                    "norm": "inf",
                    "epsilons": [0.02, 0.1],
                    "images": 20,
                    "steps": 2,
                },
            ],
            "probed_images": 8,
            "gammas": 2,
            "search_effort": "quick",
            "studies": {
                "resolution": {
                    "designs": ["paper", "dense1"],
                    "sizes": [14, 28],
                    "runs": 2,
                    "test_images": None,
                    "attacks": None,
                },
                "regularisers": {
                    "sizes": [14],
                    "methods": {
                        "penalty_l1": [0.02, 0.2],
                        "penalty_l2": [0.02],
                        "augmentation_inf": [0.02, 0.2],
                        "augmentation_2": [0.02],
                        "cross_lipschitz": [0.01],
                        "pgd": [0.02],
                    },
                    "runs": 2,
                },
                "smooth": {
                    "sizes": [14],
                    "methods": {"penalty_l1": [0.1], "augmentation_inf": [0.1]},
                    "runs": 2,
                },
                "pooling": {"sizes": [14], "runs": 2},
            },
        },
    },
    hopeless={"networks": {"learning_rate": 1e-9}},
    follows={
        "simulate_statement:initialisation": ["make_table:initialisation"],
        "make_table:initialisation": [
            *(f"draw_figure:{name}" for name in INITIALISATION_FIGURES),
            "make_claims",
        ],
        "prepare_vulnerability": [
            *("train_vulnerability", "measure_vulnerability", "probe_vulnerability")
        ],
        "train_vulnerability": ["measure_vulnerability", "probe_vulnerability"],
        "measure_vulnerability": ["aggregate_vulnerability"],
        "probe_vulnerability": ["aggregate_vulnerability"],
        "aggregate_vulnerability": [
            *(f"make_table:{name}" for name in NETWORK_TABLES),
            *(f"draw_figure:{name}" for name in NETWORK_FIGURES),
        ],
        **{
            f"make_table:{table}": [*(f"draw_figure:{name}" for name in figures), "make_claims"]
            for table, figures in NETWORK_TABLES.items()
        },
    },
    tables=["initialisation", *NETWORK_TABLES],
    figures=[*INITIALISATION_FIGURES, *NETWORK_FIGURES],
    shown=["[FO] §3"],
)

# One strength of each way to train is enough, and those of the default are not.
EVERY_METHOD = {"weight_decay": [0.1], "penalty": [0.1], "augmentation": [0.1]}
# Tables with what is drawn from them; those of all networks are in the figures' inputs too.
ABLATION_TABLES = [
    *("ablations_data", "ablations_training", "ablations_architecture", "ablations_robust"),
    *("ablations_explanations", "ablations_certified"),
]
ABLATIONS = Experiment(
    tiny={
        "d": 3,
        "hidden": 8,
        "batch_size": 16,
        "steps": 40,
        "learning_rate": 0.05,
        "test_points": 32,
        "tolerance": 0.05,
        "probed_points": 3,
        "gammas": 2,
        "ddn_steps": 5,
        "certified_effort": "quick",
        "studies": {
            "entries": {"entries": ["gaussian", "sign"], "activations": ["linear"], "runs": 3},
            "points": {"points": ["gaussian"], "activations": ["linear"], "runs": 2},
            "training": {"activations": ["relu"], "checkpoints": [0, 5], "runs": 3},
            "depth": {"depths": [2], "runs": 2},
            "width": {"hidden": [4], "runs": 2},
            "width_3000": None,
            "activation": {"activations": ["relu", "tanh"], "runs": 2},
            "robust": {"methods": {**EVERY_METHOD, "adversarial": [0.1]}, "runs": 3},
        },
    },
    hopeless={"learning_rate": 1e-12},
    follows={
        "train_ablations": ["measure_ablations"],
        "measure_ablations": ["aggregate_ablations"],
        "aggregate_ablations": [
            *(f"make_table:{name}" for name in [*ABLATION_TABLES, "ablations_studies"]),
            "make_table:findings",
            *(f"draw_figure:{name}" for name in ABLATION_TABLES if "architecture" not in name),
        ],
        **{
            f"make_table:{name}": [f"draw_figure:{name}", "make_table:findings", "make_claims"]
            for name in ABLATION_TABLES
        },
        "make_table:ablations_studies": ["draw_figure:ablations_studies"],
    },
    tables=[*ABLATION_TABLES, "ablations_studies", "findings"],
    figures=[*ABLATION_TABLES, "ablations_studies"],
    shown=["Findings in plain words", "Studies of small networks"],
)

EXPERIMENTS = {
    "linear": LINEAR,
    "relu": RELU,
    "dimension": DIMENSION,
    "mnist": MNIST,
    "imagenet": IMAGENET,
    "theory": THEORY,
    "vulnerability": VULNERABILITY,
    "ablations": ABLATIONS,
}
IMAGES = ("mnist", "imagenet")


def configuration(part: str) -> dict:
    """Return what all experiments have of a kind, as the configuration's sections."""
    every = {name: getattr(each, part) for name, each in EXPERIMENTS.items()}
    return every | {"images": {name: every.pop(name) for name in IMAGES}}


TINY = {"statistics": {"resamples": 200}} | configuration("tiny")
HOPELESS = configuration("hopeless")
TARGETS = {"all", "tables", "figures", "claims", "site", *EXPERIMENTS}

TABLE_FILES = {
    f"results/tables/{table}.{kind}"
    for each in EXPERIMENTS.values()
    for table in each.tables
    for kind in ("parquet", "csv", "tex", "html")
}
FIGURE_FILES = {
    f"results/figures/{figure}.{kind}"
    for each in EXPERIMENTS.values()
    for figure in each.figures
    for kind in ("svg", "pdf", "png")
}
FIGURE_RULES = {
    rule for each in EXPERIMENTS.values() for rule in each.rules() if rule.startswith("draw_")
}
ALL_RULES = with_site(set().union(*(each.rules() for each in EXPERIMENTS.values())))
# What draws random numbers of its own.
SEEDED = {
    *("generate_hypercubes", "prepare_mnist", "train_example"),
    *(
        "train_dimension",
        "prepare_vulnerability",
        "train_vulnerability",
        "simulate_statement:initialisation",
    ),
    "train_ablations",
    *(set(SIMULATIONS) - {"simulate_statement:lemma2"}),
}
TABLE_RULES = {
    rule for each in EXPERIMENTS.values() for rule in each.rules() if rule.startswith("make_")
}


def after(*rules: str) -> set[str]:
    """Return the rules with everything that follows from them in any experiment."""
    return set().union(*(each.after(*rules) for each in EXPERIMENTS.values()))
