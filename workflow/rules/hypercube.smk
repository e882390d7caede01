# Networks on the Gaussian-mixed hypercube, linear (Tables 1 and 2, Figure 2) and ReLU (Tables 3 and
# 4): generate → train → probe → attack → aggregate. Which studies there are is in config/config.yaml.
LINEAR = PLAN.section("linear")
RELU = PLAN.section("relu")


rule linear:
    input:
        "results/linear/experiments.parquet",


rule relu:
    input:
        "results/relu/experiments.parquet",
        "results/relu/table4/points.parquet",


rule generate_hypercubes:
    output:
        problems="results/{experiment}/{study}/{data}/problems.parquet",
        matrices="results/{experiment}/{study}/{data}/matrices.safetensors",
    log:
        "logs/{experiment}/{study}/{data}/generate_hypercubes.log",
    wildcard_constraints:
        experiment="linear|relu",
    group:
        JOBS.group("data", "{experiment}")
    threads: 1
    resources:
        **JOBS.needs("generate_hypercubes", "{experiment}"),
    params:
        **PLAN.step("generate_hypercubes"),
    script:
        "../scripts/generate_hypercubes.py"


rule train_affine:
    input:
        problems="results/linear/{study}/{data}/problems.parquet",
        matrices="results/linear/{study}/{data}/matrices.safetensors",
    output:
        training="results/linear/{study}/{data}/{net}/training.parquet",
        maps="results/linear/{study}/{data}/{net}/maps.safetensors",
        weights="results/linear/{study}/{data}/{net}/weights.safetensors",
    log:
        "logs/linear/{study}/{data}/{net}/train_affine.log",
    group:
        JOBS.group("networks", "linear")
    threads: 1
    resources:
        **JOBS.needs("train_affine", "linear"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("train_affine", "linear"),
    script:
        "../scripts/train_affine.py"


rule train_relu:
    input:
        problems="results/relu/{study}/{data}/problems.parquet",
        matrices="results/relu/{study}/{data}/matrices.safetensors",
    output:
        training="results/relu/{study}/{data}/{net}/training.parquet",
        weights="results/relu/{study}/{data}/{net}/weights.safetensors",
    log:
        "logs/relu/{study}/{data}/{net}/train_relu.log",
    group:
        JOBS.group("networks", "relu")
    threads: 1
    resources:
        **JOBS.needs("train_relu", "relu"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("train_relu", "relu"),
    script:
        "../scripts/train_relu.py"


rule probe_affine:
    input:
        matrices=lambda wc: LINEAR.paths("matrices.safetensors", wc.study),
        training=lambda wc: LINEAR.paths("training.parquet", wc.study),
        maps=lambda wc: LINEAR.paths("maps.safetensors", wc.study),
    output:
        probes="results/linear/{study}/probes.parquet",
    log:
        "logs/linear/{study}/probe_affine.log",
    group:
        JOBS.group("study", "linear")
    threads: 1
    resources:
        **JOBS.needs("probe_affine", "linear"),
    params:
        **PLAN.step("probe_affine", "linear"),
    script:
        "../scripts/probe_affine.py"


rule probe_relu:
    input:
        matrices=lambda wc: RELU.paths("matrices.safetensors", wc.study),
        training=lambda wc: RELU.paths("training.parquet", wc.study),
        weights=lambda wc: RELU.paths("weights.safetensors", wc.study),
    output:
        segments="results/relu/{study}/segments.parquet",
        paths="results/relu/{study}/paths.parquet",
    log:
        "logs/relu/{study}/probe_relu.log",
    group:
        JOBS.group("study", "relu")
    threads: 1
    resources:
        **JOBS.needs("probe_relu", "relu"),
    params:
        **PLAN.step("probe_relu", "relu"),
    script:
        "../scripts/probe_relu.py"


rule attack_affine:
    input:
        problems=lambda wc: LINEAR.paths("problems.parquet", wc.study),
        matrices=lambda wc: LINEAR.paths("matrices.safetensors", wc.study),
        training=lambda wc: LINEAR.paths("training.parquet", wc.study),
        maps=lambda wc: LINEAR.paths("maps.safetensors", wc.study),
    output:
        attacks="results/linear/{study}/attacks.parquet",
        points="results/linear/{study}/points.parquet",
    log:
        "logs/linear/{study}/attack_affine.log",
    group:
        JOBS.group("study", "linear")
    threads: 1
    resources:
        **JOBS.needs("attack_affine", "linear"),
    params:
        **PLAN.step("attack_affine", "linear"),
    script:
        "../scripts/attack_affine.py"


rule attack_relu:
    input:
        problems=lambda wc: RELU.paths("problems.parquet", wc.study),
        matrices=lambda wc: RELU.paths("matrices.safetensors", wc.study),
        training=lambda wc: RELU.paths("training.parquet", wc.study),
        weights=lambda wc: RELU.paths("weights.safetensors", wc.study),
    output:
        points="results/relu/{study}/points.parquet",
    log:
        "logs/relu/{study}/attack_relu.log",
    group:
        JOBS.group("study", "relu")
    threads: 1
    resources:
        **JOBS.needs("attack_relu", "relu"),
    params:
        **PLAN.step("attack_relu", "relu"),
    script:
        "../scripts/attack_relu.py"


rule aggregate_linear:
    input:
        problems=LINEAR.paths("problems.parquet"),
        training=LINEAR.paths("training.parquet"),
        probes=LINEAR.study_paths("probes.parquet"),
        attacks=LINEAR.study_paths("attacks.parquet"),
    output:
        experiments="results/linear/experiments.parquet",
    log:
        "logs/linear/aggregate_linear.log",
    group:
        JOBS.group("all", "linear")
    threads: 1
    resources:
        **JOBS.needs("aggregate_linear", "linear"),
    params:
        **PLAN.step("aggregate_linear", "linear"),
    script:
        "../scripts/aggregate_linear.py"


rule aggregate_relu:
    input:
        problems=RELU.paths("problems.parquet"),
        training=RELU.paths("training.parquet"),
        paths=RELU.study_paths("paths.parquet"),
    output:
        experiments="results/relu/experiments.parquet",
    log:
        "logs/relu/aggregate_relu.log",
    group:
        JOBS.group("all", "relu")
    threads: 1
    resources:
        **JOBS.needs("aggregate_relu", "relu"),
    params:
        **PLAN.step("aggregate_relu", "relu"),
    script:
        "../scripts/aggregate_relu.py"
