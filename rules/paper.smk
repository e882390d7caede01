# Every table and figure.
TABLES = ["table1", "table2", "batch_size", "dimension", "table3", "table4", "relu"]
FIGURES = ["figure2", "rho_dimension", "rho_distribution", "table4_scatter"]
TABLES += [*SHOWN, "identity"]
FIGURES += ["figure1", *SHOWN]


rule tables:
    input:
        expand("results/tables/{table}.{kind}", table=TABLES, kind=TABLE_FORMATS),


rule figures:
    input:
        expand("results/figures/{figure}.{kind}", figure=FIGURES, kind=FIGURE_FORMATS),
