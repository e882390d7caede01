# ReLU networks: generate → train → probe → attack → aggregate (Tables 3 and 4).


rule relu:
    input:
        "results/relu/experiments.parquet",
        PLAN.relu.only_file("points.parquet", "table4"),


rule train_relu:
    input:
        problems="results/relu/{study}/{data}/problems.parquet",
        matrices="results/relu/{study}/{data}/matrices.safetensors",
    output:
        training="results/relu/{study}/{data}/{net}/training.parquet",
        weights="results/relu/{study}/{data}/{net}/weights.safetensors",
    log:
        "logs/relu/{study}/{data}/{net}/train_relu.log",
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("train_relu"),
        config=lambda wc: subset(PLAN.relu.train(wc.study, wc.data, wc.net)),
    script:
        "../workflow/scripts/train_relu.py"


rule probe_relu:
    input:
        matrices=lambda wc: PLAN.relu.files("matrices.safetensors", wc.study),
        training=lambda wc: PLAN.relu.files("training.parquet", wc.study),
        weights=lambda wc: PLAN.relu.files("weights.safetensors", wc.study),
    output:
        segments="results/relu/{study}/segments.parquet",
        paths="results/relu/{study}/paths.parquet",
    log:
        "logs/relu/{study}/probe_relu.log",
    params:
        **PLAN.code("probe_relu"),
        config=subset(PLAN.relu.probe()),
    script:
        "../workflow/scripts/probe_relu.py"


rule attack_relu:
    input:
        problems="results/relu/{study}/{data}/problems.parquet",
        matrices="results/relu/{study}/{data}/matrices.safetensors",
        training=rules.train_relu.output.training,
        weights=rules.train_relu.output.weights,
    output:
        points="results/relu/{study}/{data}/{net}/points.parquet",
    log:
        "logs/relu/{study}/{data}/{net}/attack_relu.log",
    params:
        **PLAN.code("attack_relu"),
        config=subset(PLAN.relu.attack()),
    script:
        "../workflow/scripts/attack_relu.py"


rule aggregate_relu:
    input:
        problems=PLAN.relu.files("problems.parquet"),
        training=PLAN.relu.files("training.parquet"),
        paths=PLAN.relu.study_files("paths.parquet"),
    output:
        experiments="results/relu/experiments.parquet",
    log:
        "logs/relu/aggregate_relu.log",
    params:
        **PLAN.code("aggregate_relu"),
    script:
        "../workflow/scripts/aggregate_relu.py"
