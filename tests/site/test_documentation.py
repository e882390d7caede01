"""The documentation: every page without a warning, every public name, every link."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.browser import crawl, needs_browser

import fcflow
from fcflow.attacks.registry import attack_entries
from fcflow.errors import MissingExtraError
from fcflow.site import documented
from fcflow.site.documentation import build_pages
from fcflow.site.documented import guides_beside, has_pages, texts_of

ROOT = Path(__file__).parents[2]
GUIDES = guides_beside(ROOT / "workflow")
BUILD = "import sys; from pathlib import Path; from fcflow.site.documentation import build_pages; "
BUILD += "build_pages(*map(Path, sys.argv[1:]))"

needs_sphinx = pytest.mark.skipif(GUIDES is None, reason='needs pip install "fcflow[docs]"')


def built(guides, folder, seed="0"):
    """Build pages in a process of their own, whose sets have an order of their own."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", BUILD, str(guides), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder of the pages."""
    folder = tmp_path_factory.mktemp("pages") / "docs"
    done = built(GUIDES, folder)
    assert done.returncode == 0, done.stderr
    return folder


@needs_sphinx
@pytest.mark.xdist_group("documentation")
def test_every_public_name_and_every_attack_has_its_place(pages):
    text = "".join(page.read_text(encoding="utf-8") for page in pages.glob("*.html"))
    attacks = [f"{one.module}.{one.function}" for one in attack_entries().values()]
    names = [*(f"fcflow.{name}" for name in fcflow.__all__), *attacks]
    assert [name for name in names if f'id="{name}"' not in text] == []


@needs_sphinx
@pytest.mark.xdist_group("documentation")
def test_the_same_sources_are_the_same_bytes(pages, tmp_path):
    done = built(GUIDES, tmp_path / "again", seed="1")
    assert done.returncode == 0, done.stderr

    def content(folder):
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder): path.read_bytes() for path in files}

    assert content(pages) == content(tmp_path / "again")


@needs_sphinx
@needs_browser
@pytest.mark.browser
@pytest.mark.xdist_group("documentation")
def test_every_page_is_reached_and_readable_on_a_phone(pages, visitor):
    found = crawl(visitor, pages / "index.html")
    assert {*pages.glob("*.html")} - found.pages <= {pages / "search.html"}
    assert (found.lost, found.faint, found.wide, visitor.faults) == ([], [], [], [])
    assert visitor.requests <= {"file", "data"}


@needs_sphinx
def test_a_fault_in_a_page_stops_the_build(tmp_path):
    guides = tmp_path / "docs"
    guides.mkdir()
    (guides / "conf.py").write_text("", encoding="utf-8")
    (guides / "index.rst").write_text("Title\n=====\n\n:doc:`nowhere`\n", encoding="utf-8")
    done = built(guides, tmp_path / "pages")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert f"{guides}: Sphinx found faults in these pages" in done.stderr


def test_without_sphinx_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sphinx", None)
    monkeypatch.setitem(sys.modules, "sphinx.cmd.build", None)
    with pytest.raises(MissingExtraError, match=r'pip install "fcflow\[docs\]" brings it'):
        build_pages(tmp_path, tmp_path / "pages")


def test_without_sphinx_pages_that_are_there_are_still_linked(tmp_path, monkeypatch):
    monkeypatch.setattr(documented, "find_spec", lambda name: None)
    assert guides_beside(ROOT / "workflow") is None
    assert not has_pages(tmp_path)
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    assert has_pages(tmp_path)


def test_a_docstring_of_a_page_counts_and_one_of_no_page_does_not(tmp_path, monkeypatch):
    guides, package = tmp_path / "docs", tmp_path / "fcflow"
    for folder in (guides, package, tmp_path / "config"):
        folder.mkdir(parents=True)
    (tmp_path / "config" / "README.md").write_text("Keys.", encoding="utf-8")
    (guides / "api.md").write_text(".. autofunction:: fcflow.shown.name", encoding="utf-8")
    for module in ("__init__", "shown", "other"):
        (package / f"{module}.py").write_text('"""Before."""', encoding="utf-8")
    monkeypatch.setattr(documented, "_PACKAGE", package)
    before = json.loads(texts_of(guides))
    (package / "other.py").write_text('"""After."""', encoding="utf-8")
    assert json.loads(texts_of(guides)) == before
    (package / "shown.py").write_text('"""After."""', encoding="utf-8")
    after = json.loads(texts_of(guides))
    assert {name for name in after if after[name] != before[name]} == {"fcflow/shown.py"}
