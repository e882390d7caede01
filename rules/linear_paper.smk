# Tables 1 and 2, the sensitivity to the batch size, and Figure 2.
THRESHOLD = PLAN.config.linear.cos_theta2_threshold


rule make_table1:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files(
            "table1",
            {"table": "Table 1", "shows": "cos θ1, cos θ2, φ of ten valid runs"},
        ),
    log:
        "logs/tables/make_table1.log",
    params:
        **PLAN.code("make_table1"),
        config=subset({"threshold": THRESHOLD, "wanted": PLAN.linear.wanted("table1")}),
    script:
        "../workflow/scripts/make_table1.py"


rule make_table2:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files("table2", {"table": "Table 2", "shows": "averages over 50 runs"}),
    log:
        "logs/tables/make_table2.log",
    params:
        **PLAN.code("make_table2"),
        config=PLAN.statistics(threshold=THRESHOLD),
    script:
        "../workflow/scripts/make_table2.py"


rule make_batch_size_table:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files(
            "batch_size",
            {"table": "Batch size", "shows": "what the unstated batch size does"},
        ),
    log:
        "logs/tables/make_batch_size_table.log",
    params:
        **PLAN.code("make_batch_size_table"),
        config=PLAN.statistics(threshold=THRESHOLD),
    script:
        "../workflow/scripts/make_batch_size_table.py"


rule make_dimension_table:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files(
            "dimension",
            {"table": "Figure 2 in numbers", "shows": "φ and |cos θ1| against d"},
        ),
        slopes="results/tables/dimension_slopes.parquet",
    log:
        "logs/tables/make_dimension_table.log",
    params:
        **PLAN.code("make_dimension_table"),
        config=PLAN.statistics(
            wanted={study: PLAN.linear.wanted(study) for study in PLAN.linear.studies}
        ),
    script:
        "../workflow/scripts/make_dimension_table.py"


rule draw_figure2:
    input:
        dimensions=rules.make_dimension_table.output.parquet,
        slopes=rules.make_dimension_table.output.slopes,
    output:
        **figure_files(
            "figure2", {"figure": "Figure 2", "shows": "compression against dimension"}
        ),
    log:
        "logs/figures/draw_figure2.log",
    params:
        **PLAN.code("draw_figure2"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/draw_figure2.py"
