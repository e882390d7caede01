# In which files a table or figure is written, and how the report shows it.
TABLE_FORMATS = ("parquet", "csv", "tex", "html")
FIGURE_FORMATS = ("svg", "pdf", "png")


def table_files(name, labels):
    """Return a table's outputs by format, the HTML one shown in the report."""
    files = {kind: f"results/tables/{name}.{kind}" for kind in TABLE_FORMATS}
    caption = f"../workflow/report/{name}.rst"
    return files | {
        "html": report(files["html"], caption=caption, category="Tables", labels=labels)
    }


def figure_files(name, labels):
    """Return a figure's outputs by format, the SVG one shown in the report."""
    files = {kind: f"results/figures/{name}.{kind}" for kind in FIGURE_FORMATS}
    caption = f"../workflow/report/{name}.rst"
    return files | {
        "svg": report(files["svg"], caption=caption, category="Figures", labels=labels)
    }
