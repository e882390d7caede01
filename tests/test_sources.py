"""What is declared in Python files is read without importing them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pythons import pythons

from fcflow import sources
from fcflow.errors import FcflowError


def _file(root, module):
    place = root.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that writes modules of a package, and reads their entries."""
    monkeypatch.setattr(sources, "file_of", lambda module: _file(tmp_path, module))
    (tmp_path / "__init__.py").write_text("")
    sources.find_entries.cache_clear()

    def entries(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text(text)
        return sources.find_entries("pkg", "table")

    return entries


TABLE = """
raise ImportError("must not be imported")

@table("lengths", reads={"runs": RUNS.at("results/runs.parquet")}, schema=LENGTHS, label="L" "1")
def lengths(runs, *, level: float, resamples=3):
    ...
"""


def test_an_entry_is_found_with_its_literals_and_keywords_without_an_import(package):
    (entry,) = package(a=TABLE).values()
    assert (entry.name, entry.address) == ("lengths", "pkg.a:lengths")
    assert entry.options == {"reads": {"runs": "results/runs.parquet"}, "label": "L1"}
    assert entry.keywords == {"level": False, "resamples": True}


def test_a_name_that_is_computed_is_refused_with_its_line(package):
    with pytest.raises(FcflowError, match=r"a\.py:2: @table needs its name as literal text"):
        package(a="@table(NAME)\ndef lengths(): ...\n")


def test_a_name_that_stands_twice_is_refused(package):
    with pytest.raises(
        FcflowError, match=r"b\.py:5: @table 'lengths' is declared in pkg\.a:lengths too"
    ):
        package(a=TABLE, b=TABLE)


def test_other_decorators_are_left_alone(package):
    assert package(a='@figure("f")\ndef f(): ...\n@cache\ndef g(): ...\n') == {}


def test_every_version_of_python_reads_the_same_digests():
    """Else results that another version made would all be made again."""
    others = {version: path for version, path in pythons().items() if path != sys.executable}
    if not others:
        pytest.skip("no other version of Python here")
    package = Path(sources.__file__).parent
    code = (
        f"import sys; sys.path.insert(0, {str(package.parent)!r}); sys.dont_write_bytecode = True\n"
        "from fcflow.sources import file_of, modules_of, read_source\n"
        "print({name: read_source(file_of(name)).digest for name in modules_of('fcflow')})"
    )
    modules = sources.modules_of("fcflow")
    own = {name: sources.read_source(sources.file_of(name)).digest for name in modules}
    for path in others.values():
        done = subprocess.run([path, "-I", "-c", code], capture_output=True, text=True)
        assert ast.literal_eval(done.stdout) == own, (path, done.stderr)


def test_texts_at_the_top_level_are_read_by_their_names(tmp_path):
    path = tmp_path / "claims.py"
    path.write_text(
        'FIXED = "before"\nDIFFERS = ("batch size" " {a.b}")\nOTHER = f"{FIXED}"\nN = 3\n'
    )
    assert sources.read_source(path).texts == {"FIXED": "before", "DIFFERS": "batch size {a.b}"}
