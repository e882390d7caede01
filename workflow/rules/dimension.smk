# Dimension laws on networks that classify points that they never saw: train → probe → aggregate.
DIMENSION = PLAN.section("dimension")


rule dimension:
    input:
        "results/dimension/runs.parquet",
        "results/dimension/points.parquet",


rule train_dimension:
    output:
        training="results/dimension/{study}/{setting}/training.parquet",
        networks="results/dimension/{study}/{setting}/networks.safetensors",
    log:
        "logs/dimension/{study}/{setting}/train_dimension.log",
    wildcard_constraints:
        setting=r"d\d+",
    priority: 1  # the longest steps go first: the short ones fill the cores at the end
    group:
        JOBS.group("networks", "dimension")
    threads: 1
    resources:
        **JOBS.needs("train_dimension", "dimension"),
    params:
        **PLAN.step("train_dimension", "dimension"),
    script:
        "../scripts/train_dimension.py"


rule probe_dimension:
    input:
        training="results/dimension/{study}/{setting}/training.parquet",
        networks="results/dimension/{study}/{setting}/networks.safetensors",
    output:
        runs="results/dimension/{study}/{setting}/runs.parquet",
        points="results/dimension/{study}/{setting}/points.parquet",
    log:
        "logs/dimension/{study}/{setting}/probe_dimension.log",
    wildcard_constraints:
        setting=r"d\d+",
    group:
        JOBS.group("networks", "dimension")
    threads: 1
    resources:
        **JOBS.needs("probe_dimension", "dimension"),
    params:
        **PLAN.step("probe_dimension", "dimension"),
    script:
        "../scripts/probe_dimension.py"


rule aggregate_dimension:
    input:
        runs=DIMENSION.paths("runs.parquet"),
        points=DIMENSION.paths("points.parquet"),
    output:
        runs="results/dimension/runs.parquet",
        points="results/dimension/points.parquet",
    log:
        "logs/dimension/aggregate_dimension.log",
    group:
        JOBS.group("all", "dimension")
    threads: 1
    resources:
        **JOBS.needs("aggregate_dimension", "dimension"),
    params:
        **PLAN.step("aggregate_dimension", "dimension"),
    script:
        "../scripts/aggregate_dimension.py"
