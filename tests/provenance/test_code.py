import pytest

from fcflow import sources
from fcflow.errors import FcflowError
from fcflow.provenance import code


@pytest.fixture
def identity(tmp_path, monkeypatch):
    """Return a function from a script's text to its identity, computed anew each time."""
    monkeypatch.setattr(sources, "_MEMORY", tmp_path / "memory" / "identity.json")

    def compute(text, name="step.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        for cached in (sources.read_source, sources._memory, sources._known_before):
            cached.cache_clear()
        return code.code_identity(path)

    return compute


SCRIPT = '''"""Doc."""
from fcflow.theory.compression_ratio import compression_ratio


def f(x):
    return x + 1
'''


def test_the_closure_holds_what_is_imported_directly_and_indirectly_and_the_packages_above(
    identity,
):
    assert set(identity(SCRIPT)) == {
        "step.py",
        "fcflow",
        "fcflow.errors",
        "fcflow.theory",
        "fcflow.theory.compression_ratio",
    }


def test_an_import_inside_a_function_counts(identity):
    assert "fcflow.seeds" in identity("def f():\n    from fcflow import seeds\n    return seeds\n")


def test_imports_for_type_checking_alone_do_not_count(identity):
    assert "fcflow.theory.closest_vector" not in identity(SCRIPT)


@pytest.mark.parametrize(
    "edited",
    [
        SCRIPT.replace("Doc.", "Another docstring."),
        SCRIPT.replace("return x", "# why\n    return x"),
        SCRIPT.replace("x + 1", "(x  +  1)"),
        SCRIPT.replace("def f(x):\n", 'def f(x):\n    """New docstring."""\n'),
        SCRIPT + "\n\n\n",
    ],
)
def test_what_cannot_change_a_result_does_not_change_the_identity(identity, edited):
    assert identity(edited) == identity(SCRIPT)


@pytest.mark.parametrize(
    "edited",
    [
        SCRIPT.replace("x + 1", "x + 2"),
        SCRIPT.replace("x + 1", "1 + x"),
        SCRIPT.replace("def f(x)", "def g(x)"),
    ],
)
def test_what_can_change_a_result_changes_the_identity(identity, edited):
    assert identity(edited)["step.py"] != identity(SCRIPT)["step.py"]


def test_a_docstring_is_told_from_a_text_that_is_used(identity):
    assert identity('def f():\n    return "a"\n') != identity('def f():\n    return "b"\n')


def test_a_script_that_is_not_python_is_told(identity):
    with pytest.raises(FcflowError, match=r"step\.py: cannot be read as Python"):
        identity("def f(:\n")


def test_the_hash_of_a_content_is_computed_once_and_remembered(identity, monkeypatch):
    first = identity(SCRIPT)
    monkeypatch.setattr(sources, "_source", lambda tree: pytest.fail("computed again"))
    assert identity(SCRIPT) == first


def test_a_damaged_memory_is_computed_again(identity):
    first = identity(SCRIPT)
    for damaged in ("{", "[]", '{"a": 1}'):
        sources._MEMORY.write_text(damaged)
        assert identity(SCRIPT) == first
