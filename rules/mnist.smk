# Networks for MNIST: prepare → train → block → probe → attack → aggregate (Tables 5 and 6, Figure 3).


rule mnist:
    input:
        "results/mnist/experiments.parquet",


rule prepare_mnist:
    output:
        images="results/mnist/images.parquet",
        pixels="results/mnist/pixels.safetensors",
    log:
        "logs/mnist/prepare_mnist.log",
    params:
        **PLAN.code("prepare_mnist"),
        config=subset(PLAN.mnist.prepare()),
    script:
        "../workflow/scripts/prepare_mnist.py"


rule train_mnist:
    input:
        images=rules.prepare_mnist.output.images,
        pixels=rules.prepare_mnist.output.pixels,
    output:
        training="results/mnist/network{network}/training.parquet",
        weights="results/mnist/network{network}/weights.safetensors",
    log:
        "logs/mnist/network{network}/train_mnist.log",
    priority: 1  # the longest steps go first: the short ones fill the cores at the end
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("train_mnist"),
        config=lambda wc: subset(PLAN.mnist.train(wc.network)),
    script:
        "../workflow/scripts/train_mnist.py"


rule block_mnist:
    input:
        images=rules.prepare_mnist.output.images,
        pixels=rules.prepare_mnist.output.pixels,
        weights=rules.train_mnist.output.weights,
    output:
        masks="results/mnist/network{network}/masks.parquet",
        pairs="results/mnist/network{network}/pairs.safetensors",
    log:
        "logs/mnist/network{network}/block_mnist.log",
    params:
        **PLAN.code("block_mnist"),
        config=lambda wc: subset(PLAN.mnist.block(wc.network)),
    script:
        "../workflow/scripts/block_mnist.py"


rule probe_mnist:
    input:
        weights=PLAN.mnist.files("weights.safetensors"),
        pairs=PLAN.mnist.files("pairs.safetensors"),
    output:
        curves="results/mnist/curves.parquet",
        paths="results/mnist/paths.parquet",
    log:
        "logs/mnist/probe_mnist.log",
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("probe_mnist"),
        config=subset(PLAN.mnist.probe()),
    script:
        "../workflow/scripts/probe_mnist.py"


rule attack_mnist:
    input:
        weights=rules.train_mnist.output.weights,
        pairs=rules.block_mnist.output.pairs,
    output:
        attacks="results/mnist/network{network}/attacks.parquet",
        perturbations="results/mnist/network{network}/perturbations.safetensors",
    log:
        "logs/mnist/network{network}/attack_mnist.log",
    resources:
        gpu=PLAN.gpu,
    params:
        **PLAN.code("attack_mnist"),
        config=lambda wc: subset(PLAN.mnist.attack(wc.network)),
    script:
        "../workflow/scripts/attack_mnist.py"


rule aggregate_mnist:
    input:
        training=PLAN.mnist.files("training.parquet"),
        masks=PLAN.mnist.files("masks.parquet"),
        paths=rules.probe_mnist.output.paths,
        attacks=PLAN.mnist.files("attacks.parquet"),
    output:
        experiments="results/mnist/experiments.parquet",
        networks="results/mnist/networks.parquet",
    log:
        "logs/mnist/aggregate_mnist.log",
    params:
        **PLAN.code("aggregate_mnist"),
        config=subset({"shown_pairs": PLAN.config.mnist.shown_pairs}),
    script:
        "../workflow/scripts/aggregate_mnist.py"
