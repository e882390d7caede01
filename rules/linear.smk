# Linear networks: generate → train → probe → attack → aggregate (Tables 1 and 2, Figure 2).


rule linear:
    input:
        "results/linear/experiments.parquet",


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
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("train_affine"),
        config=lambda wc: subset(PLAN.linear.train(wc.study, wc.data, wc.net)),
    script:
        "../workflow/scripts/train_affine.py"


rule probe_affine:
    input:
        matrices=lambda wc: PLAN.linear.files("matrices.safetensors", wc.study),
        training=lambda wc: PLAN.linear.files("training.parquet", wc.study),
        maps=lambda wc: PLAN.linear.files("maps.safetensors", wc.study),
    output:
        probes="results/linear/{study}/probes.parquet",
    log:
        "logs/linear/{study}/probe_affine.log",
    params:
        **PLAN.code("probe_affine"),
    script:
        "../workflow/scripts/probe_affine.py"


rule attack_affine:
    input:
        problems=lambda wc: PLAN.linear.files("problems.parquet", wc.study),
        matrices=lambda wc: PLAN.linear.files("matrices.safetensors", wc.study),
        training=lambda wc: PLAN.linear.files("training.parquet", wc.study),
        maps=lambda wc: PLAN.linear.files("maps.safetensors", wc.study),
    output:
        attacks="results/linear/{study}/attacks.parquet",
        points="results/linear/{study}/points.parquet",
    log:
        "logs/linear/{study}/attack_affine.log",
    params:
        **PLAN.code("attack_affine"),
        config=subset(PLAN.linear.attack()),
    script:
        "../workflow/scripts/attack_affine.py"


rule aggregate_linear:
    input:
        problems=PLAN.linear.files("problems.parquet"),
        training=PLAN.linear.files("training.parquet"),
        probes=PLAN.linear.study_files("probes.parquet"),
        attacks=PLAN.linear.study_files("attacks.parquet"),
    output:
        experiments="results/linear/experiments.parquet",
    log:
        "logs/linear/aggregate_linear.log",
    params:
        **PLAN.code("aggregate_linear"),
    script:
        "../workflow/scripts/aggregate_linear.py"
