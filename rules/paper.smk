# The paper's tables and figures. Each is written in every format that a reader may want.
TABLE_FORMATS = ("parquet", "csv", "tex", "html")
FIGURE_FORMATS = ("svg", "pdf", "png")


def table_files(name, labels):
    """Return a table's outputs by format, the HTML one shown in the report."""
    files = {kind: f"results/tables/{name}.{kind}" for kind in TABLE_FORMATS}
    caption = f"../workflow/report/{name}.rst"
    return files | {"html": report(files["html"], caption=caption, category="Tables", labels=labels)}


def figure_files(name, labels):
    """Return a figure's outputs by format, the SVG one shown in the report."""
    files = {kind: f"results/figures/{name}.{kind}" for kind in FIGURE_FORMATS}
    caption = f"../workflow/report/{name}.rst"
    return files | {"svg": report(files["svg"], caption=caption, category="Figures", labels=labels)}


rule tables:
    input:
        expand("results/tables/{table}.{kind}", table=["table1", "table2", "batch_size", "dimension"], kind=TABLE_FORMATS),


rule figures:
    input:
        expand("results/figures/{figure}.{kind}", figure=["figure2"], kind=FIGURE_FORMATS),


rule make_table1:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files("table1", {"table": "Table 1", "shows": "cos θ1, cos θ2, φ of ten valid runs"}),
    log:
        "logs/tables/make_table1.log",
    params:
        code=PLAN.code("make_table1"),
        config=subset({"threshold": PLAN.config.linear.cos_theta2_threshold}),
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
        code=PLAN.code("make_table2"),
        config=PLAN.statistics(threshold=PLAN.config.linear.cos_theta2_threshold),
    script:
        "../workflow/scripts/make_table2.py"


rule make_batch_size_table:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files("batch_size", {"table": "Batch size", "shows": "what the unstated batch size does"}),
    log:
        "logs/tables/make_batch_size_table.log",
    params:
        code=PLAN.code("make_batch_size_table"),
        config=PLAN.statistics(threshold=PLAN.config.linear.cos_theta2_threshold),
    script:
        "../workflow/scripts/make_batch_size_table.py"


rule make_dimension_table:
    input:
        experiments=rules.aggregate_linear.output.experiments,
    output:
        **table_files("dimension", {"table": "Figure 2 in numbers", "shows": "φ and |cos θ1| against d"}),
        slopes="results/tables/dimension_slopes.parquet",
    log:
        "logs/tables/make_dimension_table.log",
    params:
        code=PLAN.code("make_dimension_table"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/make_dimension_table.py"


rule draw_figure2:
    input:
        dimensions=rules.make_dimension_table.output.parquet,
        slopes=rules.make_dimension_table.output.slopes,
    output:
        **figure_files("figure2", {"figure": "Figure 2", "shows": "compression against dimension"}),
    log:
        "logs/figures/draw_figure2.log",
    params:
        code=PLAN.code("draw_figure2"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/draw_figure2.py"
