# What the papers leave open: one thing about data, network or training is changed at a time, in studies
# that the configuration names: train → measure → aggregate.
ABLATIONS = PLAN.section("ablations")


rule ablations:
    input:
        expand("results/ablations/{name}.parquet", name=["networks", "points"]),


rule train_ablations:
    output:
        training="results/ablations/{study}/training.parquet",
        weights="results/ablations/{study}/weights.safetensors",
    log:
        "logs/ablations/{study}/train_ablations.log",
    priority: 1  # the longest steps go first: the short ones fill the cores at the end
    group:
        JOBS.group("study", "ablations")
    threads: 1
    resources:
        **JOBS.needs("train_ablations", "ablations"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("train_ablations", "ablations"),
    script:
        "../scripts/train_ablations.py"


rule measure_ablations:
    input:
        training="results/ablations/{study}/training.parquet",
        weights="results/ablations/{study}/weights.safetensors",
    output:
        networks="results/ablations/{study}/networks.parquet",
        points="results/ablations/{study}/points.parquet",
    log:
        "logs/ablations/{study}/measure_ablations.log",
    group:
        JOBS.group("study", "ablations")
    threads: 1
    resources:
        **JOBS.needs("measure_ablations", "ablations"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("measure_ablations", "ablations"),
    script:
        "../scripts/measure_ablations.py"


rule aggregate_ablations:
    input:
        networks=ABLATIONS.paths("networks.parquet"),
        points=ABLATIONS.paths("points.parquet"),
    output:
        networks="results/ablations/networks.parquet",
        points="results/ablations/points.parquet",
    log:
        "logs/ablations/aggregate_ablations.log",
    group:
        JOBS.group("all", "ablations")
    threads: 1
    resources:
        **JOBS.needs("aggregate_ablations", "ablations"),
    params:
        **PLAN.step("aggregate_ablations", "ablations"),
    script:
        "../scripts/aggregate_ablations.py"
