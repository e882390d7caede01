# The theorems by simulation, Figure 1's example, and two statements on trained networks.


rule theory:
    input:
        expand(
            "results/theory/{name}.parquet",
            name=[*PLAN.names("simulation"), "first_order", "linear_paths", "figure1"],
        ),


rule simulate_statement:
    output:
        rows="results/theory/{name}.parquet",
    log:
        "logs/theory/{name}.log",
    wildcard_constraints:
        name=one_of(PLAN.names("simulation")),
    group:
        JOBS.group("statement")
    threads: 1
    resources:
        **JOBS.simulation(),
    params:
        **PLAN.declared("simulate_statement", "simulation"),
    script:
        "../scripts/simulate_statement.py"


rule check_first_order:
    input:
        training=RELU.paths("training.parquet", "table3"),
        matrices=RELU.paths("matrices.safetensors", "table3"),
        weights=RELU.paths("weights.safetensors", "table3"),
    output:
        rows="results/theory/first_order.parquet",
    log:
        "logs/theory/check_first_order.log",
    group:
        JOBS.group("all", "relu")
    threads: 1
    resources:
        **JOBS.needs("check_first_order", "relu"),
    params:
        **PLAN.step("check_first_order", "theory.theorem7"),
    script:
        "../scripts/check_first_order.py"


rule check_linear_paths:
    input:
        training=LINEAR.paths("training.parquet"),
        matrices=LINEAR.paths("matrices.safetensors"),
        maps=LINEAR.paths("maps.safetensors"),
    output:
        rows="results/theory/linear_paths.parquet",
    log:
        "logs/theory/check_linear_paths.log",
    group:
        JOBS.group("all", "linear")
    threads: 1
    resources:
        **JOBS.needs("check_linear_paths", "linear"),
    params:
        **PLAN.step("check_linear_paths", "theory.section5"),
    script:
        "../scripts/check_linear_paths.py"


rule train_example:
    output:
        rows="results/theory/figure1.parquet",
        arrays="results/theory/figure1.safetensors",
    log:
        "logs/theory/train_example.log",
    group:
        JOBS.first
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.step("train_example", "theory.figure1"),
    script:
        "../scripts/train_example.py"
