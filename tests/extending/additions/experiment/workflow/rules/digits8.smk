# Digits of 8 × 8 pixels: how they are prepared and trained on; the rest is in images.smk.


rule prepare_digits8:
    output:
        images="results/digits8/images.parquet",
        classes="results/digits8/classes.parquet",
        pixels="results/digits8/pixels.safetensors",
    log:
        "logs/digits8/prepare_digits8.log",
    params:
        **PLAN.step("prepare_digits8", "images.digits8"),
    script:
        "../scripts/prepare_digits8.py"


rule train_digits8:
    input:
        images="results/digits8/images.parquet",
        pixels="results/digits8/pixels.safetensors",
    output:
        weights="results/digits8/network{network}/weights.safetensors",
    log:
        "logs/digits8/network{network}/train_digits8.log",
    resources:
        gpu=JOBS.gpu,
    params:
        **PLAN.step("train_digits8", "images.digits8"),
    script:
        "../scripts/train_digits8.py"
