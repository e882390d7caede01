# The theorems by simulation, Figure 1's example, and section 5's identity on the linear networks.


rule theory:
    input:
        expand(
            "results/theory/{name}.parquet",
            name=[
                "theorem1",
                "lemma2",
                "lemma3",
                "theorem4",
                "theorem5",
                "theorem6",
                "theorem7",
            ],
        ),
        "results/theory/first_order.parquet",
        "results/theory/linear_paths.parquet",
        "results/theory/figure1.parquet",


rule simulate_theorem1:
    output:
        rows="results/theory/theorem1.parquet",
    log:
        "logs/theory/simulate_theorem1.log",
    params:
        **PLAN.code("simulate_theorem1"),
        config=subset(PLAN.theory.simulate("theorem1")),
    script:
        "../workflow/scripts/simulate_theorem1.py"


rule evaluate_lemma2:
    output:
        rows="results/theory/lemma2.parquet",
    log:
        "logs/theory/evaluate_lemma2.log",
    params:
        **PLAN.code("evaluate_lemma2"),
        config=subset(PLAN.theory.simulate("lemma2")),
    script:
        "../workflow/scripts/evaluate_lemma2.py"


rule simulate_lemma3:
    output:
        rows="results/theory/lemma3.parquet",
    log:
        "logs/theory/simulate_lemma3.log",
    params:
        **PLAN.code("simulate_lemma3"),
        config=subset(PLAN.theory.simulate("lemma3")),
    script:
        "../workflow/scripts/simulate_lemma3.py"


rule simulate_theorem4:
    output:
        rows="results/theory/theorem4.parquet",
    log:
        "logs/theory/simulate_theorem4.log",
    params:
        **PLAN.code("simulate_theorem4"),
        config=subset(PLAN.theory.simulate("theorem4")),
    script:
        "../workflow/scripts/simulate_theorem4.py"


rule simulate_theorem5:
    output:
        rows="results/theory/theorem5.parquet",
    log:
        "logs/theory/simulate_theorem5.log",
    params:
        **PLAN.code("simulate_theorem5"),
        config=subset(PLAN.theory.simulate("theorem5")),
    script:
        "../workflow/scripts/simulate_theorem5.py"


rule simulate_theorem6:
    output:
        rows="results/theory/theorem6.parquet",
    log:
        "logs/theory/simulate_theorem6.log",
    params:
        **PLAN.code("simulate_theorem6"),
        config=subset(PLAN.theory.simulate("theorem6")),
    script:
        "../workflow/scripts/simulate_theorem6.py"


rule simulate_theorem7:
    output:
        rows="results/theory/theorem7.parquet",
    log:
        "logs/theory/simulate_theorem7.log",
    params:
        **PLAN.code("simulate_theorem7"),
        config=subset(PLAN.theory.simulate("theorem7")),
    script:
        "../workflow/scripts/simulate_theorem7.py"


rule check_first_order:
    input:
        matrices=PLAN.relu.files("matrices.safetensors", "table3"),
        training=PLAN.relu.files("training.parquet", "table3"),
        weights=PLAN.relu.files("weights.safetensors", "table3"),
    output:
        rows="results/theory/first_order.parquet",
    log:
        "logs/theory/check_first_order.log",
    params:
        **PLAN.code("check_first_order"),
        config=subset(PLAN.theory.first_order()),
    script:
        "../workflow/scripts/check_first_order.py"


rule check_linear_paths:
    input:
        matrices=PLAN.linear.files("matrices.safetensors"),
        training=PLAN.linear.files("training.parquet"),
        maps=PLAN.linear.files("maps.safetensors"),
    output:
        rows="results/theory/linear_paths.parquet",
    log:
        "logs/theory/check_linear_paths.log",
    params:
        **PLAN.code("check_linear_paths"),
    script:
        "../workflow/scripts/check_linear_paths.py"


rule train_example:
    output:
        rows="results/theory/figure1.parquet",
        arrays="results/theory/figure1.safetensors",
    log:
        "logs/theory/train_example.log",
    params:
        **PLAN.code("train_example"),
        config=subset(PLAN.theory.simulate("figure1")),
    script:
        "../workflow/scripts/train_example.py"
