# Tables 3 and 4, and what extends them.


rule make_table3:
    input:
        experiments=rules.aggregate_relu.output.experiments,
        segments="results/relu/table3/segments.parquet",
    output:
        **table_files(
            "table3",
            {"table": "Table 3", "shows": "ρ along a segment between the classes"},
        ),
    log:
        "logs/tables/make_table3.log",
    params:
        **PLAN.code("make_table3"),
        config=PLAN.statistics(wanted=PLAN.relu.wanted("table3")),
    script:
        "../workflow/scripts/make_table3.py"


rule make_table4:
    input:
        points=PLAN.relu.only_file("points.parquet", "table4"),
    output:
        **table_files(
            "table4",
            {"table": "Table 4", "shows": "certified and found least perturbations"},
        ),
        averages="results/tables/table4_averages.parquet",
    log:
        "logs/tables/make_table4.log",
    params:
        **PLAN.code("make_table4"),
        config=PLAN.statistics(wanted=PLAN.relu.wanted("table4")),
    script:
        "../workflow/scripts/make_table4.py"


rule make_relu_table:
    input:
        experiments=rules.aggregate_relu.output.experiments,
    output:
        **table_files(
            "relu",
            {"table": "Table 3 extended", "shows": "depth, dimension, scale, width"},
        ),
        slopes="results/tables/relu_slopes.parquet",
    log:
        "logs/tables/make_relu_table.log",
    params:
        **PLAN.code("make_relu_table"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/make_relu_table.py"


rule draw_rho_dimension:
    input:
        extensions=rules.make_relu_table.output.parquet,
    output:
        **figure_files(
            "rho_dimension", {"figure": "ρ against d", "shows": "one series a depth"}
        ),
    log:
        "logs/figures/draw_rho_dimension.log",
    params:
        **PLAN.code("draw_rho_dimension"),
    script:
        "../workflow/scripts/draw_rho_dimension.py"


rule draw_rho_distribution:
    input:
        experiments=rules.aggregate_relu.output.experiments,
        segments="results/relu/table3/segments.parquet",
    output:
        **figure_files(
            "rho_distribution",
            {"figure": "Table 3 in full", "shows": "ρ of every network"},
        ),
    log:
        "logs/figures/draw_rho_distribution.log",
    params:
        **PLAN.code("draw_rho_distribution"),
    script:
        "../workflow/scripts/draw_rho_distribution.py"


rule draw_table4_scatter:
    input:
        points=PLAN.relu.only_file("points.parquet", "table4"),
    output:
        **figure_files(
            "table4_scatter",
            {"figure": "Table 4 in full", "shows": "‖e‖/‖a‖ against |cos θ|"},
        ),
    log:
        "logs/figures/draw_table4_scatter.log",
    params:
        **PLAN.code("draw_table4_scatter"),
    script:
        "../workflow/scripts/draw_table4_scatter.py"
