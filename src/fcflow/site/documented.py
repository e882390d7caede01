"""Where the documentation's sources are, and which texts its pages are made from.

Planning asks for this, so that nothing heavy is loaded.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from fcflow.attacks.registry import attack_entries

_BUILT_BY = ("sphinx", "furo", "myst_parser", "numpydoc")  # the extra fcflow[docs]
_PACKAGE = Path(__file__).parents[1]
_INCLUDED = "config/README.md"  # beside the guides


def guides_beside(workflow: str | Path) -> Path | None:
    """Return the folder of the guides, or None where they, or what builds them, are not there.

    Parameters
    ----------
    workflow : path
        The folder of the Snakefile.
    """
    guides = Path(workflow).parent / "docs"
    there = (guides / "conf.py").is_file() and all(map(find_spec, _BUILT_BY))
    return guides if there else None


def has_pages(folder: str | Path) -> bool:
    """Return whether the pages are there already, as in results that another made and shared."""
    return (Path(folder) / "index.html").is_file()


def texts_of(guides: Path) -> str:
    """Return digests of the guides and of the modules whose docstrings their pages show, as JSON.

    Other than in the code behind a step, docstrings and comments count here.
    """
    top = guides.parent
    texts = {
        path.relative_to(top).as_posix(): path.read_text(encoding="utf-8")
        for path in _pages(guides)
    }
    init = (_PACKAGE / "__init__.py").read_text(encoding="utf-8")
    named = [one.module for one in attack_entries().values()]
    for module in modules_named((*texts.values(), init, *named)):
        texts[f"fcflow/{module.as_posix()}"] = (_PACKAGE / module).read_text(encoding="utf-8")
    digests = {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}
    return json.dumps(digests, sort_keys=True)


def modules_named(texts: Iterable[str]) -> list[Path]:
    """Return the files of the modules that texts name, below the package.

    Examples
    --------
    >>> [path.as_posix() for path in modules_named(["see fcflow.stats.Estimate, fcflow.nowhere"])]
    ['stats.py']
    """
    names = {name for text in texts for name in re.findall(r"\bfcflow((?:\.\w+)+)", text)}
    files = {file for name in names for file in _files(name.strip(".").split("."))}
    return sorted(file for file in files if (_PACKAGE / file).is_file())


def _files(parts: list[str]) -> Iterator[Path]:
    """Return the files that a dotted name, or what lies above it, may be."""
    return (Path(*parts[:length]).with_suffix(".py") for length in range(1, len(parts) + 1))


def _pages(guides: Path) -> list[Path]:
    own = sorted(path for path in guides.iterdir() if path.suffix in (".md", ".py", ".css"))
    return [*own, guides.parent / _INCLUDED]
