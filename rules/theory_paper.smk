# The theorems' tables and figures, Figure 1, and section 5's identity.
SHOWN = {
    "theorem1": "interpolating networks",
    "lemma2": "the lower tail of χ²",
    "lemma3": "QR of products of Gaussian matrices",
    "theorem4": "points from Gaussian layers",
    "theorem5": "the span of two probing vectors",
    "theorem6": "exponentially many points",
    "theorem7": "random gradients",
    "first_order": "Theorem 7 on trained networks",
}
TABLES += [*SHOWN, "identity"]
FIGURES += ["figure1", *SHOWN]
# The paths of every experiment in the identity's table; how they are read is in fcflow.paper.identity.
PATH_FILES = {
    "linear": ["results/theory/linear_paths.parquet"],
    "relu": PLAN.relu.study_files("paths.parquet"),
    "mnist": ["results/mnist/experiments.parquet"],
    "imagenet": ["results/imagenet/experiments.parquet"],
}


rule show_statement:
    input:
        draws="results/theory/{statement}.parquet",
    output:
        **table_files(
            "{statement}",
            {"table": "{statement}", "shows": "in numbers"},
            caption="statement",
        ),
        **figure_files(
            "{statement}",
            {"figure": "{statement}", "shows": "against d"},
            caption="statement",
        ),
    log:
        "logs/theory/{statement}/show_statement.log",
    wildcard_constraints:
        statement="|".join(SHOWN),
    params:
        **PLAN.code("show_statement"),
        config=PLAN.statistics(epsilons=PLAN.config.theory.theorem1.epsilons),
    script:
        "../workflow/scripts/show_statement.py"


rule make_identity_table:
    input:
        **PATH_FILES,
    output:
        **table_files(
            "identity", {"table": "Section 5", "shows": "D is the change of the gap"}
        ),
    log:
        "logs/tables/make_identity_table.log",
    params:
        **PLAN.code("make_identity_table"),
        config=subset({"experiments": list(PATH_FILES)}),
    script:
        "../workflow/scripts/make_identity_table.py"


rule draw_figure1:
    input:
        rows=rules.train_example.output.rows,
        arrays=rules.train_example.output.arrays,
    output:
        **figure_files("figure1", {"figure": "Figure 1", "shows": "the two directions"}),
    log:
        "logs/figures/draw_figure1.log",
    params:
        **PLAN.code("draw_figure1"),
    script:
        "../workflow/scripts/draw_figure1.py"
