"""Run all examples of the public API: those of docs/library.md and of every public docstring.

``pip install fcflow`` without the extra has to be enough for that. So ``.ci/newest`` runs this file
where nothing else is installed, and ``test_without_extra.py`` where everything else is hidden.
"""

import doctest
import sys
from contextlib import suppress
from pathlib import Path

import fcflow

# The one public name that returns a table of pandas, and what the page calls that.
OF_THE_EXTRA = ("measure_pairs", "table")
PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def page_examples() -> doctest.DocTest:
    """Return the examples of the page, whose fences would else pass for printed text."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines)
    return doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)


def docstring_examples() -> list[doctest.DocTest]:
    """Return the examples of the public names, each with its module's names."""
    finder = doctest.DocTestFinder(exclude_empty=False)
    public = [getattr(fcflow, name) for name in fcflow.__all__]
    modules = [sys.modules[one.__module__] for one in public]
    found = [
        finder.find(one, one.__name__, module, {**vars(module)})
        for one, module in zip(public, modules, strict=True)
    ]
    return [test for tests in found for test in tests if test.examples]


def without_pandas(test: doctest.DocTest) -> doctest.DocTest:
    """Leave out the examples that need pandas, where it is not installed."""
    with suppress(ModuleNotFoundError):
        import pandas  # noqa: F401

        return test
    for example in test.examples:
        if any(name in example.source for name in OF_THE_EXTRA):
            example.options[doctest.SKIP] = True
    return test


def unused(names: dict[str, object], sources: str) -> list[str]:
    """Return the public names that the page neither calls nor has an instance of."""

    def used(name: str) -> bool:
        public = getattr(fcflow, name)
        if isinstance(public, type):
            return any(isinstance(value, public) for value in names.values())
        return f"fcflow.{name}(" in sources

    return [name for name in fcflow.__all__ if not used(name)]


def main() -> str | None:
    """Return what is wrong, if anything is."""
    page = page_examples()
    runner = doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE)
    runner.run(without_pandas(page), clear_globs=False)
    for test in docstring_examples():
        runner.run(without_pandas(test))
    failed, attempted = runner.summarize(verbose=False)
    missing = unused(page.globs, "".join(example.source for example in page.examples))
    if missing:
        return f"{PAGE.name} has no example of {', '.join(missing)}"
    sys.stdout.write(f"{attempted} examples, {len(fcflow.__all__)} public names\n")
    return f"{failed} examples failed" if failed else None


if __name__ == "__main__":
    sys.exit(main())
