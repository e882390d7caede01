# Every table and figure.
TABLES = ["table1", "table2", "batch_size", "dimension", "table3", "table4", "relu"]
TABLES += ["table5", "table6", "mnist"]
FIGURES = ["figure2", "rho_dimension", "rho_distribution", "table4_scatter"]
FIGURES += ["figure3", "mnist_scatter", "mnist_paths"]
TABLES += ["table7", "table8"]
FIGURES += ["figure4", "figure5", "figure6"]
TABLES += [*SHOWN, "identity"]
FIGURES += ["figure1", *SHOWN]


rule tables:
    input:
        expand("results/tables/{table}.{kind}", table=TABLES, kind=TABLE_FORMATS),


rule figures:
    input:
        expand("results/figures/{figure}.{kind}", figure=FIGURES, kind=FIGURE_FORMATS),
