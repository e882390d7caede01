# Linear networks: generate → train → probe → attack → aggregate (Tables 1 and 2, Figure 2).


def of_settings(stage):
    """Return one stage's table for every setting of the linear studies."""
    return [f"results/linear/{s.study}/{s.data}/{s.net}/{stage}.parquet" for s in PLAN.linear.settings]


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
        training=rules.train_affine.output.training,
        maps=rules.train_affine.output.maps,
        matrices=rules.generate_hypercubes.output.matrices,
    output:
        probes="results/linear/{study}/{data}/{net}/probes.parquet",
    log:
        "logs/linear/{study}/{data}/{net}/probe_affine.log",
    params:
        code=PLAN.code("probe_affine"),
        config=lambda wc: subset(PLAN.linear.generate(wc.study, wc.data)),
    script:
        "../workflow/scripts/probe_affine.py"


rule attack_affine:
    input:
        problems=rules.generate_hypercubes.output.problems,
        matrices=rules.generate_hypercubes.output.matrices,
        training=rules.train_affine.output.training,
        maps=rules.train_affine.output.maps,
    output:
        attacks="results/linear/{study}/{data}/{net}/attacks.parquet",
        points="results/linear/{study}/{data}/{net}/points.parquet",
    log:
        "logs/linear/{study}/{data}/{net}/attack_affine.log",
    params:
        code=PLAN.code("attack_affine"),
        config=subset(PLAN.linear.attack()),
    script:
        "../workflow/scripts/attack_affine.py"


rule aggregate_linear:
    input:
        problems=sorted({f"results/linear/{s.study}/{s.data}/problems.parquet" for s in PLAN.linear.settings}),
        training=of_settings("training"),
        probes=of_settings("probes"),
        attacks=of_settings("attacks"),
    output:
        experiments="results/linear/experiments.parquet",
    log:
        "logs/linear/aggregate_linear.log",
    params:
        code=PLAN.code("aggregate_linear"),
    script:
        "../workflow/scripts/aggregate_linear.py"
