# Linear networks: generate → train → probe → attack → aggregate (Tables 1 and 2, Figure 2).


def of_study(*stages):
    """Return an input function: what these stages made for every setting of a study, in the settings' order."""
    return lambda wc: [f"results/linear/{s.path(stage)}" for s in PLAN.linear.study(wc.study) for stage in stages]


rule linear:
    input:
        "results/linear/experiments.parquet",


rule generate_hypercubes:
    output:
        problems="results/linear/{study}/{data}/problems.parquet",
        matrices="results/linear/{study}/{data}/matrices.safetensors",
    log:
        "logs/linear/{study}/{data}/generate_hypercubes.log",
    params:
        code=PLAN.code("generate_hypercubes"),
        config=lambda wc: subset(PLAN.linear.generate(wc.study, wc.data)),
    script:
        "../workflow/scripts/generate_hypercubes.py"


rule train_affine:
    input:
        problems=rules.generate_hypercubes.output.problems,
        matrices=rules.generate_hypercubes.output.matrices,
    output:
        training="results/linear/{study}/{data}/{net}/training.parquet",
        maps="results/linear/{study}/{data}/{net}/maps.safetensors",
        weights="results/linear/{study}/{data}/{net}/weights.safetensors",
    log:
        "logs/linear/{study}/{data}/{net}/train_affine.log",
    params:
        code=PLAN.code("train_affine"),
        config=lambda wc: subset(PLAN.linear.train(wc.study, wc.data, wc.net)),
    resources:
        gpu=PLAN.gpu,
    script:
        "../workflow/scripts/train_affine.py"


rule probe_affine:
    input:
        matrices=of_study("matrices.safetensors"),
        training=of_study("training.parquet"),
        maps=of_study("maps.safetensors"),
    output:
        probes="results/linear/{study}/probes.parquet",
    log:
        "logs/linear/{study}/probe_affine.log",
    params:
        code=PLAN.code("probe_affine"),
    script:
        "../workflow/scripts/probe_affine.py"


rule attack_affine:
    input:
        problems=of_study("problems.parquet"),
        matrices=of_study("matrices.safetensors"),
        training=of_study("training.parquet"),
        maps=of_study("maps.safetensors"),
    output:
        attacks="results/linear/{study}/attacks.parquet",
        points="results/linear/{study}/points.parquet",
    log:
        "logs/linear/{study}/attack_affine.log",
    params:
        code=PLAN.code("attack_affine"),
        config=subset(PLAN.linear.attack()),
    script:
        "../workflow/scripts/attack_affine.py"


rule aggregate_linear:
    input:
        problems=[f"results/linear/{s.path('problems.parquet')}" for s in PLAN.linear.settings],
        training=[f"results/linear/{s.path('training.parquet')}" for s in PLAN.linear.settings],
        probes=[f"results/linear/{study}/probes.parquet" for study in PLAN.linear.studies],
        attacks=[f"results/linear/{study}/attacks.parquet" for study in PLAN.linear.studies],
    output:
        experiments="results/linear/experiments.parquet",
    log:
        "logs/linear/aggregate_linear.log",
    params:
        code=PLAN.code("aggregate_linear"),
    script:
        "../workflow/scripts/aggregate_linear.py"
