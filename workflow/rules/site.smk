# The site: every claim, table and figure on pages that open from disk.
rule make_site:
    input:
        rules.claims.input,
        site_inputs(PLAN.own),
    output:
        index="results/site/index.html",
        pages=directory("results/site/pages"),
        files=directory("results/site/files"),
        single="results/site.html",
    log:
        "logs/make_site.log",
    group:
        JOBS.paper
    resources:
        **JOBS.needs(),
    params:
        **PLAN.site_code(),
        changes=PLAN.changes(),
    script:
        "../scripts/make_site.py"


rule site:
    input:
        rules.make_site.output,
