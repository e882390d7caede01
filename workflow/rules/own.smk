# What one of the user's own sections gets beside tables and figures: a ledger and a page.
rule judge_own:
    input:
        lambda wildcards: PLAN.own_claims(wildcards.experiment),
    output:
        parquet="results/{experiment}/claims.parquet",
        csv="results/{experiment}/claims.csv",
        tex="results/{experiment}/claims.tex",
        html="results/{experiment}/claims.html",
    log:
        "logs/{experiment}/judge_own.log",
    wildcard_constraints:
        experiment=one_of(PLAN.own),
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.ledger_code(),
        config=lambda wildcards: PLAN.ledger_config(wildcards.experiment),
    script:
        "../scripts/make_claims.py"


rule make_page:
    input:
        rules.judge_own.output,
        lambda wildcards: site_inputs(about=wildcards.experiment),
    output:
        page="results/{experiment}/page.html",
    log:
        "logs/{experiment}/make_page.log",
    wildcard_constraints:
        experiment=one_of(PLAN.own),
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.site_code(),
        changes=lambda wildcards: PLAN.changes(),
    script:
        "../scripts/make_page.py"
