# The site: every claim, table and figure on pages that open from disk.
# The documentation is among them where fcflow[docs] is installed.
GUIDES = guides_beside(workflow.basedir) if IS_MAIN else None


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
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.site_code(),
        changes=lambda wildcards: PLAN.changes(),
        documented=GUIDES is not None or has_pages("results/site/docs"),
    script:
        "../scripts/make_site.py"


rule make_docs:
    output:
        directory("results/site/docs"),
    log:
        "logs/make_docs.log",
    group:
        JOBS.paper
    threads: 1
    resources:
        **JOBS.needs(),
    params:
        **PLAN.code("make_docs"),
        texts=texts_of(GUIDES) if GUIDES else "",
    script:
        "../scripts/make_docs.py"


rule docs:
    input:
        rules.make_docs.output,


rule site:
    input:
        rules.make_site.output,
        rules.make_docs.output if GUIDES else [],
