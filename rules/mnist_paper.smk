# Tables 5 and 6, the same over every pair, Figure 3 and what goes with it.


rule make_table5:
    input:
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
    output:
        **table_files(
            "table5",
            {
                "table": "Table 5",
                "shows": "compression and least perturbations of sevens",
            },
        ),
    log:
        "logs/tables/make_table5.log",
    params:
        **PLAN.code("make_table5"),
    script:
        "../workflow/scripts/make_table5.py"


rule make_table6:
    input:
        curves=rules.probe_mnist.output.curves,
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
    output:
        **table_files(
            "table6",
            {"table": "Table 6", "shows": "cos θ from a seven to its blocked image"},
        ),
    log:
        "logs/tables/make_table6.log",
    params:
        **PLAN.code("make_table6"),
    script:
        "../workflow/scripts/make_table6.py"


rule make_mnist_table:
    input:
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
    output:
        **table_files(
            "mnist",
            {
                "table": "Tables 5 and 6 in full",
                "shows": "every seven that has a mask",
            },
        ),
    log:
        "logs/tables/make_mnist_table.log",
    params:
        **PLAN.code("make_mnist_table"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/make_mnist_table.py"


rule draw_figure3:
    input:
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
        attacks=PLAN.mnist.files("attacks.parquet"),
        pairs=PLAN.mnist.files("pairs.safetensors"),
        perturbations=PLAN.mnist.files("perturbations.safetensors"),
    output:
        **figure_files(
            "figure3", {"figure": "Figure 3", "shows": "sevens, blocked and perturbed"}
        ),
    log:
        "logs/figures/draw_figure3.log",
    params:
        **PLAN.code("draw_figure3"),
    script:
        "../workflow/scripts/draw_figure3.py"


rule draw_mnist_scatter:
    input:
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
        statistics=rules.make_mnist_table.output.parquet,
    output:
        **figure_files(
            "mnist_scatter",
            {"figure": "Table 5 in full", "shows": "‖e‖ against |cos θ| and |D̃|"},
        ),
    log:
        "logs/figures/draw_mnist_scatter.log",
    params:
        **PLAN.code("draw_mnist_scatter"),
    script:
        "../workflow/scripts/draw_mnist_scatter.py"


rule draw_mnist_paths:
    input:
        curves=rules.probe_mnist.output.curves,
        experiments=rules.aggregate_mnist.output.experiments,
        networks=rules.aggregate_mnist.output.networks,
    output:
        **figure_files(
            "mnist_paths",
            {"figure": "Table 6 in full", "shows": "cos θ along every path"},
        ),
    log:
        "logs/figures/draw_mnist_paths.log",
    params:
        **PLAN.code("draw_mnist_paths"),
    script:
        "../workflow/scripts/draw_mnist_paths.py"
