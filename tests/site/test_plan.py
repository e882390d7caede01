"""What planning the workflow asks of the site is cheap."""

import subprocess
import sys

from fcflow.declared import declared_entries
from fcflow.site import plan
from fcflow.sources import ROOMS, find_entries

HEAVY = ("jinja2", "pandas", "numpy", "matplotlib", "pyarrow", "great_tables")


def test_planning_loads_nothing_heavy():
    code = f"import sys, fcflow.site.plan; print([one for one in {HEAVY} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_the_site_reads_every_format_of_every_table_and_figure_once():
    inputs = plan.site_inputs()
    assert len(inputs) == len(set(inputs))
    tables, figures = (declared_entries(kind) for kind in ("table", "figure"))
    for name in tables:
        assert {f"results/tables/{name}.{end}" for end in ("parquet", "csv", "tex", "html")} <= {
            *inputs
        }
    for name in figures:
        assert {f"results/figures/{name}.{end}" for end in ("svg", "pdf", "png")} <= {*inputs}


def test_what_the_user_has_named_is_on_the_site_too():
    more = {*plan.site_inputs(["mine"])} - {*plan.site_inputs()}
    assert "results/tables/mine.html" in more
    assert "results/figures/mine_factors.svg" in more
    assert all("mine" in file for file in more)
    alone = {*plan.site_inputs(about="mine")}
    assert alone == more


def test_a_changed_caption_is_another_site():
    entries = {kind: find_entries(ROOMS, kind) for kind in ("table", "figure")}
    before = plan.declared_digest(entries)
    one = entries["table"]["table2"]
    other = one.__class__(**{**vars(one), "options": {**one.options, "caption": "other"}})
    changed = {**entries, "table": {**entries["table"], "table2": other}}
    assert plan.declared_digest(changed) != before
    assert plan.declared_digest(entries) == before
