"""How Sphinx makes these pages: guides in Markdown, the API from docstrings; nothing is fetched."""

import re
from typing import Any

from jinja2 import Environment, StrictUndefined

from fcflow.attacks.registry import attack_entries
from fcflow.version import VERSION

project = "fcflow"
author = "The fcflow developers"
version = release = VERSION
extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it, with shapes and units
autodoc_default_options = {"exclude-members": "__init__, __new__"}
python_use_unqualified_type_names = True
maximum_signature_line_length = 72
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"fcflow {VERSION}"
html_static_path = ["fcflow.css"]
html_css_files = ["fcflow.css"]
html_copy_source = html_show_sourcelink = html_show_copyright = html_show_sphinx = False
html_use_index = html_domain_indices = False
html_permalinks_icon = "#"
html_show_search_summary = False  # it would be fetched, which a page from disk cannot
# Texts of Furo's that have too little contrast with what lies behind them.
_QUIET = {"color-foreground-muted": "#595d66", "color-foreground-border": "#6b7079"}
_PALE = {"color-foreground-muted": "#a8aab0", "color-foreground-border": "#8d9096"}
html_theme_options = {
    "light_css_variables": {**_QUIET, "color-api-pre-name": "#3d4148"},
    "dark_css_variables": {**_PALE, "color-api-pre-name": "#c9cdd3"},
    "top_of_page_buttons": [],
}


def _with_entries(app: Any, docname: str, text: list[str]) -> None:
    """Fill in what the package declares by decorators, on the one page that lists it."""
    if docname == "api_attacks":
        template = Environment(undefined=StrictUndefined, autoescape=False).from_string(text[0])  # noqa: S701 (no HTML)
        text[0] = template.render(attacks=attack_entries())


def _absolute_values(app: Any, what: str, name: str, one: Any, options: Any, lines: list) -> None:
    """Keep bars, which are absolute values, from being read as names of substitutions."""
    lines[:] = [re.sub(r"\|([^|`]+)\|", r"\\|\1\\|", line) for line in lines]


def setup(app: Any) -> None:
    """Be called by Sphinx."""
    app.connect("source-read", _with_entries)
    app.connect("autodoc-process-docstring", _absolute_values, priority=900)  # after numpydoc
