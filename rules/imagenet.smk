# A trained network on real images: prepare → probe → attack → aggregate (Tables 7 and 8, Figures 4 to 6).


rule imagenet:
    input:
        "results/imagenet/experiments.parquet",


rule prepare_imagenet:
    input:
        PLAN.imagenet.inputs(),
    output:
        images="results/imagenet/images.parquet",
        pairs="results/imagenet/pairs.parquet",
        pixels="results/imagenet/pixels.safetensors",
    log:
        "logs/imagenet/prepare_imagenet.log",
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("prepare_imagenet"),
        config=subset(PLAN.imagenet.prepare()),
    script:
        "../workflow/scripts/prepare_imagenet.py"


rule probe_imagenet:
    input:
        pairs=rules.prepare_imagenet.output.pairs,
        pixels=rules.prepare_imagenet.output.pixels,
    output:
        curves="results/imagenet/part{part}/curves.parquet",
        paths="results/imagenet/part{part}/paths.parquet",
    log:
        "logs/imagenet/part{part}/probe_imagenet.log",
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("probe_imagenet"),
        config=lambda wc: subset(PLAN.imagenet.probe(wc.part)),
    script:
        "../workflow/scripts/probe_imagenet.py"


rule attack_imagenet:
    input:
        pairs=rules.prepare_imagenet.output.pairs,
        pixels=rules.prepare_imagenet.output.pixels,
    output:
        attacks="results/imagenet/part{part}/attacks.parquet",
        perturbations="results/imagenet/part{part}/perturbations.safetensors",
    log:
        "logs/imagenet/part{part}/attack_imagenet.log",
    priority: 1  # the longest steps go first: the short ones fill the cores at the end
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("attack_imagenet"),
        config=lambda wc: subset(PLAN.imagenet.attack(wc.part)),
    script:
        "../workflow/scripts/attack_imagenet.py"


rule aggregate_imagenet:
    input:
        pairs=rules.prepare_imagenet.output.pairs,
        paths=PLAN.imagenet.files("paths.parquet"),
        attacks=PLAN.imagenet.files("attacks.parquet"),
    output:
        experiments="results/imagenet/experiments.parquet",
    log:
        "logs/imagenet/aggregate_imagenet.log",
    params:
        **PLAN.code("aggregate_imagenet"),
    script:
        "../workflow/scripts/aggregate_imagenet.py"
