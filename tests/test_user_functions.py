"""Functions of the user's: read, hashed, imported, and their errors in a line."""

import sys
from pathlib import Path

import pytest

from fcflow.errors import InputError
from fcflow.user_functions import (
    call_user_function,
    is_user_function,
    load_user_function,
    told_in_a_line,
    user_code,
    user_entry,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_function_is_described_without_running_its_file(folder: Path) -> None:
    Path("mine.py").write_text("raise RuntimeError\ndef f(x, *, steps: int = 3, size): ...\n")
    entry = user_entry("mine.py:f")
    assert entry.keywords == {"steps": True, "size": False}
    assert entry.types == {"steps": "int"}


def test_classes_and_imported_names_can_be_called(folder: Path) -> None:
    Path("mine.py").write_text("from math import sqrt\nclass Net:\n    pass\n")
    assert call_user_function("mine.py:sqrt", 4.0) == 2.0
    assert type(call_user_function("mine.py:Net")).__name__ == "Net"


def test_what_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"no file mine\.py"):
        user_entry("mine.py:f")
    Path("mine.py").write_text("def g(): ...\n")
    with pytest.raises(InputError, match=r"defines no f; at its top level it defines g"):
        user_entry("mine.py:f")
    Path("mine.py").write_text("def g(:\n")
    with pytest.raises(InputError, match=r"mine\.py: cannot be read as Python"):
        user_entry("mine.py:g")
    with pytest.raises(InputError, match=r"path/file\.py:function"):
        user_entry("mine:g")
    assert not is_user_function("foolbox:DDNAttack")
    assert not is_user_function(3)


def test_the_identity_follows_imports_of_the_folder_and_no_comments(folder: Path) -> None:
    Path("mine.py").write_text("import torch\nfrom layers import wide\ndef f(): return wide\n")
    Path("layers.py").write_text("wide = 3\n")
    before = user_code("mine.py:f")
    assert [*before] == ["layers.py", "mine.py"]
    Path("layers.py").write_text("wide = 3  # units\n")
    assert user_code("mine.py:f") == before
    Path("layers.py").write_text("wide = 4\n")
    after = user_code("mine.py:f")
    assert after["layers.py"] != before["layers.py"]
    assert after["mine.py"] == before["mine.py"]


def test_a_file_imports_its_neighbours_once_and_leaves_the_path_as_it_was(folder: Path) -> None:
    Path("main.py").write_text("from near import wide\ncalls = []\ndef f():\n    return wide\n")
    Path("near.py").write_text("wide = 3\n")
    paths = list(sys.path)
    assert load_user_function("main.py:f") is load_user_function("main.py:f")
    assert call_user_function("main.py:f") == 3
    assert sys.path == paths


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import no_such_module\n\ndef f():\n    pass\n",
            r"mine\.py, line 1\): ModuleNotFoundError: No module named 'no_such_module'",
        ),
        ("def f():\n    return {}['key']\n", r"mine\.py, line 2\): KeyError: 'key'"),
        ("def f():\n    raise ValueError('no\\nweights')\n", r"ValueError: no weights"),
        ("def f():\n    raise SystemExit(3)\n", r"mine\.py, line 2\): SystemExit: 3"),
    ],
)
def test_an_error_of_the_users_is_one_line_with_its_place(
    folder: Path, text: str, said: str
) -> None:
    Path("mine.py").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        call_user_function("mine.py:f")
    assert "\n" not in str(caught.value)


def test_a_function_in_use_stays_as_it_was_when_it_was_loaded(folder: Path) -> None:
    Path("mine.py").write_text("def f():\n    return 1\n")
    loaded = told_in_a_line("mine.py:f")
    Path("mine.py").write_text("def f():\n    return 2\n")
    assert loaded() == 1


def test_an_edited_file_is_imported_anew(folder: Path) -> None:
    Path("mine.py").write_text("def f():\n    return 1\n")
    assert call_user_function("mine.py:f") == 1
    Path("mine.py").write_text("def f():\n    return 2\n")
    assert call_user_function("mine.py:f") == 2


def test_a_file_that_failed_can_be_mended_and_imported(folder: Path) -> None:
    Path("mine.py").write_text("1 / 0\ndef f():\n    return 1\n")
    with pytest.raises(InputError, match="ZeroDivisionError"):
        load_user_function("mine.py:f")
    Path("mine.py").write_text("def f():\n    return 12345\n")
    assert call_user_function("mine.py:f") == 12345
