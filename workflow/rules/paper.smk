# Every table and figure: what each is made from, and how, is declared where it is computed.
TABLE_FORMATS = ("parquet", "csv", "tex", "html")
FIGURE_FORMATS = ("svg", "pdf", "png")


rule tables:
    input:
        expand(
            "results/tables/{name}.{kind}",
            name=PLAN.names("table"),
            kind=TABLE_FORMATS,
        ),


rule figures:
    input:
        expand(
            "results/figures/{name}.{kind}",
            name=PLAN.names("figure"),
            kind=FIGURE_FORMATS,
        ),


rule make_table:
    input:
        unpack(PLAN.inputs("table")),
    output:
        parquet="results/tables/{name}.parquet",
        csv="results/tables/{name}.csv",
        tex="results/tables/{name}.tex",
        html=report(
            "results/tables/{name}.html",
            caption="../report/caption.rst",
            category="Tables",
            labels=PLAN.labels("table"),
        ),
    log:
        "logs/tables/{name}.log",
    wildcard_constraints:
        name=one_of(PLAN.names("table")),
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.declared("make_table", "table"),
    script:
        "../scripts/make_table.py"


rule draw_figure:
    input:
        unpack(PLAN.inputs("figure")),
    output:
        svg=report(
            "results/figures/{name}.svg",
            caption="../report/caption.rst",
            category="Figures",
            labels=PLAN.labels("figure"),
        ),
        pdf="results/figures/{name}.pdf",
        png="results/figures/{name}.png",
    log:
        "logs/figures/{name}.log",
    wildcard_constraints:
        name=one_of(PLAN.names("figure")),
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.declared("draw_figure", "figure"),
    script:
        "../scripts/draw_figure.py"


rule claims:
    input:
        expand("results/claims.{kind}", kind=TABLE_FORMATS),


rule make_claims:
    input:
        PLAN.ledger_inputs(),
    output:
        parquet="results/claims.parquet",
        csv="results/claims.csv",
        tex="results/claims.tex",
        html=report(
            "results/claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels={"claims": "the ledger", "shows": "every claim, and its verdict"},
        ),
    log:
        "logs/make_claims.log",
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.ledger_code(),
        config=PLAN.ledger_config(),
    script:
        "../scripts/make_claims.py"
