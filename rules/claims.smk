# The ledger: every claim of the paper, decided from the tables.
from fcflow.paper.claims.artifacts import ARTIFACTS


rule claims:
    input:
        expand("results/claims.{kind}", kind=TABLE_FORMATS),


rule make_claims:
    input:
        **ARTIFACTS,
    output:
        parquet="results/claims.parquet",
        csv="results/claims.csv",
        tex="results/claims.tex",
        html=report(
            "results/claims.html",
            caption="../workflow/report/claims.rst",
            category="Claims",
            labels={"claims": "all", "shows": "what was found, and the verdict"},
        ),
    log:
        "logs/make_claims.log",
    params:
        **PLAN.code("make_claims"),
        config=PLAN.statistics(),
    script:
        "../workflow/scripts/make_claims.py"
