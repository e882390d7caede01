# Trained classifiers and pairs of images: prepare → train → pair → probe → attack → aggregate.
from fcflow.experiments.images.inputs import ImagesInputs

IMAGES = ImagesInputs(PLAN.section("images"))


# MNIST, ImageNet and every section with a name of the user's: a target each.
for experiment in IMAGES.names:

    rule:
        name:
            experiment
        input:
            IMAGES.target(experiment),


rule prepare_mnist:
    output:
        images="results/mnist/images.parquet",
        classes="results/mnist/classes.parquet",
        pixels="results/mnist/pixels.safetensors",
    log:
        "logs/mnist/prepare_mnist.log",
    group:
        JOBS.group("images", "images.mnist")
    threads: 1
    resources:
        **JOBS.needs("prepare_mnist", "images.mnist"),
    params:
        **PLAN.step("prepare_mnist", "images.mnist"),
    script:
        "../scripts/prepare_mnist.py"


rule prepare_imagenet:
    input:
        IMAGES.user_files("imagenet"),
    output:
        images="results/imagenet/images.parquet",
        classes="results/imagenet/classes.parquet",
        pixels="results/imagenet/pixels.safetensors",
    log:
        "logs/imagenet/prepare_imagenet.log",
    group:
        JOBS.group("images", "images.imagenet")
    threads: 1
    resources:
        **JOBS.needs("prepare_imagenet", "images.imagenet"),
    params:
        **PLAN.step("prepare_imagenet", "images.imagenet"),
    script:
        "../scripts/prepare_imagenet.py"


rule prepare_own:
    input:
        unpack(IMAGES.network),
    output:
        images="results/{experiment}/images.parquet",
        classes="results/{experiment}/classes.parquet",
        pixels="results/{experiment}/pixels.safetensors",
        skipped="results/{experiment}/skipped.parquet",
    log:
        "logs/{experiment}/prepare_own.log",
    wildcard_constraints:
        experiment=one_of(IMAGES.own),
    group:
        JOBS.group("images", "images.{experiment}")
    threads: 1
    resources:
        **JOBS.needs("prepare_own", "images.{experiment}"),
    params:
        **PLAN.step("prepare_own", "images.{experiment}", loads=["classifier"]),
        files=IMAGES.files_digest,
    script:
        "../scripts/prepare_own.py"


rule train_mnist:
    input:
        images="results/mnist/images.parquet",
        pixels="results/mnist/pixels.safetensors",
    output:
        training="results/mnist/network{network}/training.parquet",
        weights="results/mnist/network{network}/weights.safetensors",
    log:
        "logs/mnist/network{network}/train_mnist.log",
    priority: 1  # the longest steps go first: the short ones fill the cores at the end
    group:
        JOBS.group("networks", "images.mnist")
    threads: 1
    resources:
        **JOBS.needs("train_mnist", "images.mnist"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("train_mnist", "images.mnist"),
    script:
        "../scripts/train_mnist.py"


rule pair_images:
    input:
        unpack(IMAGES.network),
        images="results/{experiment}/images.parquet",
        classes="results/{experiment}/classes.parquet",
        pixels="results/{experiment}/pixels.safetensors",
    output:
        answers="results/{experiment}/network{network}/answers.parquet",
        pairs="results/{experiment}/network{network}/pairs.parquet",
        summary="results/{experiment}/network{network}/summary.parquet",
        ends="results/{experiment}/network{network}/ends.safetensors",
    log:
        "logs/{experiment}/network{network}/pair_images.log",
    wildcard_constraints:
        experiment=one_of(IMAGES.names),
    group:
        JOBS.group("networks", "images.{experiment}")
    threads: 1
    resources:
        **JOBS.needs("pair_images", "images.{experiment}"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step("pair_images", "images.{experiment}", loads=["classifier", "pairs"]),
    script:
        "../scripts/pair_images.py"


rule probe_images:
    input:
        unpack(IMAGES.network),
        pairs=rules.pair_images.output.pairs,
        ends=rules.pair_images.output.ends,
    output:
        curves="results/{experiment}/network{network}/part{part}/curves.parquet",
        paths="results/{experiment}/network{network}/part{part}/paths.parquet",
    log:
        "logs/{experiment}/network{network}/part{part}/probe_images.log",
    wildcard_constraints:
        experiment=one_of(IMAGES.names),
    group:
        JOBS.group("parts", "images.{experiment}")
    threads: 1
    resources:
        **JOBS.needs("probe_images", "images.{experiment}"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step(
            "probe_images", "images.{experiment}", loads=["classifier", "measures"]
        ),
    script:
        "../scripts/probe_images.py"


rule attack_images:
    input:
        unpack(IMAGES.network),
        pairs=rules.pair_images.output.pairs,
        ends=rules.pair_images.output.ends,
        classes="results/{experiment}/classes.parquet",
    output:
        attacks="results/{experiment}/network{network}/part{part}/attacks.parquet",
        perturbations="results/{experiment}/network{network}/part{part}/perturbations.safetensors",
    log:
        "logs/{experiment}/network{network}/part{part}/attack_images.log",
    wildcard_constraints:
        experiment=one_of(IMAGES.names),
    priority: 1
    group:
        JOBS.group("parts", "images.{experiment}")
    threads: 1
    resources:
        **JOBS.needs("attack_images", "images.{experiment}"),
        gpu=JOBS.gpu,
    params:
        **PLAN.step(
            "attack_images", "images.{experiment}", loads=["classifier", "attacks"]
        ),
    script:
        "../scripts/attack_images.py"


rule aggregate_images:
    input:
        unpack(IMAGES.everything),
    output:
        answers="results/{experiment}/answers.parquet",
        networks="results/{experiment}/networks.parquet",
        pairs="results/{experiment}/pairs.parquet",
        paths="results/{experiment}/paths.parquet",
        curves="results/{experiment}/curves.parquet",
        attacks="results/{experiment}/attacks.parquet",
        shown="results/{experiment}/shown.safetensors",
        experiments="results/{experiment}/experiments.parquet",
    log:
        "logs/{experiment}/aggregate_images.log",
    wildcard_constraints:
        experiment=one_of(IMAGES.names),
    group:
        JOBS.group("all", "images.{experiment}")
    threads: 1
    resources:
        **JOBS.needs("aggregate_images", "images.{experiment}"),
    params:
        **PLAN.step("aggregate_images", "images.{experiment}"),
    script:
        "../scripts/aggregate_images.py"
