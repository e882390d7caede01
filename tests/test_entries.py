import subprocess
import sys

import pytest

from fcflow.entries import find_entries
from fcflow.errors import EntryError


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that writes a package's files."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(**files):
        for name, text in {"__init__": "", **files}.items():
            file = tmp_path / "things" / f"{name.replace('__in__', '/')}.py"
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_text(text)
        return tmp_path / "things"

    yield write
    for name in ("things", "things.loaded"):
        sys.modules.pop(name, None)


MARK = "def thing(name, **keywords): return lambda function: function\n"


def test_entries_are_read_from_files_that_are_not_imported(package):
    package(
        a="raise RuntimeError\n@thing('one', label='One', order=3, make=str)\ndef f(): ...\n",
        inner__in__b="@kinds.thing('two')\ndef g(x, *, deep, wide=1): ...\n@other('no')\ndef h(): 0\n",
    )
    entries = find_entries("things", "thing")
    assert list(entries) == ["one", "two"]
    assert entries["one"].keywords == {"label": "One", "order": 3}
    assert (entries["one"].module, entries["one"].function) == ("things.a", "f")
    assert entries["one"].parameters == {}
    assert entries["two"].module == "things.inner.b"
    assert entries["two"].parameters == {"deep": False, "wide": True}
    assert "things" not in sys.modules


def test_an_entry_is_loaded_by_importing_its_module(package):
    package(loaded=MARK + "@thing('one')\ndef f(): return 5\n")
    assert find_entries("things", "thing")["one"].load()() == 5


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\n@thing(NAME)\ndef f(): ...\n", 2, "@thing must be called with a name first"),
        ("@thing\ndef f(): ...\n", 1, "@thing must be called with a name first"),
        ("@thing(name='one')\ndef f(): ...\n", 1, "@thing must be called with a name first"),
        ("@thing('one')\nclass F: ...\n", 1, "@thing must stand above a module's function"),
        ("def g():\n  @thing('one')\n  def f(): ...\n", 2, "must stand above a module's function"),
        ("@thing('x')\ndef f(): ...\n@thing('x')\ndef g(): ...\n", 3, "'x' is defined at"),
        ("\n\ndef f(:\n", 3, "invalid syntax"),
    ],
)
def test_what_is_no_entry_is_told_with_its_line(package, text, line, message):
    folder = package(a=text)
    with pytest.raises(EntryError) as error:
        find_entries("things", "thing")
    assert str(error.value).startswith(f"{folder / 'a.py'}:{line}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_name_in_two_files_is_told_with_both_places(package):
    package(a="@thing('x')\ndef f(): ...\n", b="\n@thing('x')\ndef f(): ...\n")
    with pytest.raises(EntryError, match=r"b.py:2: 'x' is defined at .*a.py:1 already"):
        find_entries("things", "thing")


def test_what_is_no_package_is_refused():
    for name in ("nothing_of_this_name", "fcflow.nothing", "fcflow.errors"):
        with pytest.raises(EntryError, match="is not a package"):
            find_entries(name, "thing")


def test_the_module_needs_nothing_heavy():
    code = "import sys, fcflow.attacks.registry as r; r.attack_parameters('ddn'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
