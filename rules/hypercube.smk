# The data of every experiment on the Gaussian-mixed hypercube.


rule generate_hypercubes:
    output:
        problems="results/{experiment}/{study}/{data}/problems.parquet",
        matrices="results/{experiment}/{study}/{data}/matrices.safetensors",
    log:
        "logs/{experiment}/{study}/{data}/generate_hypercubes.log",
    params:
        **PLAN.code("generate_hypercubes"),
        config=lambda wc: subset(PLAN.plan(wc.experiment).generate(wc.study, wc.data)),
    script:
        "../workflow/scripts/generate_hypercubes.py"
