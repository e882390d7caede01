# Tables and figures that still have rules of their own.
TABLES = []
FIGURES = []
TABLE_FORMATS = ("parquet", "csv", "tex", "html")
FIGURE_FORMATS = ("svg", "pdf", "png")


def table_files(name, labels, caption=None):
    """Return a table's outputs by format, the HTML one shown in the report, its caption's file named as it is."""
    files = {kind: f"results/tables/{name}.{kind}" for kind in TABLE_FORMATS}
    caption = f"../workflow/report/{caption or name}.rst"
    return files | {
        "html": report(files["html"], caption=caption, category="Tables", labels=labels)
    }


def figure_files(name, labels, caption=None):
    """Return a figure's outputs by format, the SVG one shown in the report, its caption's file named as it is."""
    files = {kind: f"results/figures/{name}.{kind}" for kind in FIGURE_FORMATS}
    caption = f"../workflow/report/{caption or name}.rst"
    return files | {
        "svg": report(files["svg"], caption=caption, category="Figures", labels=labels)
    }
