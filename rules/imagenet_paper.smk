# Tables 7 and 8, Figures 4 to 6.
SHOWN_PAIRS = PLAN.config.imagenet.shown_pairs
DIMENSION = 3 * PLAN.config.imagenet.image_size**2


rule make_table7:
    input:
        images=rules.prepare_imagenet.output.images,
        curves=PLAN.imagenet.files("curves.parquet"),
        experiments=rules.aggregate_imagenet.output.experiments,
    output:
        **table_files(
            "table7", {"table": "Table 7", "shows": "cos θ on paths between images"}
        ),
    log:
        "logs/tables/make_table7.log",
    params:
        **PLAN.code("make_table7"),
        config=subset({"shown_pairs": SHOWN_PAIRS, "dimension": DIMENSION}),
    script:
        "../workflow/scripts/make_table7.py"


rule make_table8:
    input:
        images=rules.prepare_imagenet.output.images,
        experiments=rules.aggregate_imagenet.output.experiments,
    output:
        **table_files(
            "table8", {"table": "Table 8", "shows": "least perturbations of images"}
        ),
        averages="results/tables/table8_averages.parquet",
    log:
        "logs/tables/make_table8.log",
    params:
        **PLAN.code("make_table8"),
        config=PLAN.statistics(shown_pairs=SHOWN_PAIRS),
    script:
        "../workflow/scripts/make_table8.py"


rule draw_figure4:
    input:
        pairs=rules.prepare_imagenet.output.pairs,
        pixels=rules.prepare_imagenet.output.pixels,
        attacks=PLAN.imagenet.files("attacks.parquet"),
        perturbations=PLAN.imagenet.files("perturbations.safetensors"),
    output:
        **figure_files(
            "figure4", {"figure": "Figure 4", "shows": "images and perturbations"}
        ),
    log:
        "logs/figures/draw_figure4.log",
    params:
        **PLAN.code("draw_figure4"),
    script:
        "../workflow/scripts/draw_figure4.py"


rule draw_figure5:
    input:
        pairs=rules.prepare_imagenet.output.pairs,
        pixels=rules.prepare_imagenet.output.pixels,
    output:
        **figure_files(
            "figure5", {"figure": "Figure 5", "shows": "the other images of the pairs"}
        ),
    log:
        "logs/figures/draw_figure5.log",
    params:
        **PLAN.code("draw_figure5"),
    script:
        "../workflow/scripts/draw_figure5.py"


rule draw_figure6:
    input:
        table=rules.make_table7.output.parquet,
    output:
        **figure_files("figure6", {"figure": "Figure 6", "shows": "|cos θ| against γ"}),
    log:
        "logs/figures/draw_figure6.log",
    params:
        **PLAN.code("draw_figure6"),
        config=subset({"dimension": DIMENSION}),
    script:
        "../workflow/scripts/draw_figure6.py"
