"""LaTeX files compiled, and what went beyond the page."""

import re
import shutil
import subprocess

import pytest

ENGINES = ("pdflatex", "xelatex", "lualatex")
_PACKAGES = ("booktabs", "array", "longtable", "pdflscape")
_FAULT = re.compile(r"Overfull|LaTeX Warning: Float too large|Missing character")


def compile_all(engine, files, folder):
    """Return what an engine complains of, as ``file: line of its log``.

    Where the engine is not installed, the test is skipped.
    """
    if shutil.which(engine) is None:
        pytest.skip(f"{engine} is not installed (Debian: texlive-latex-recommended, texlive-xetex)")
    inputs = "".join(rf"\typeout{{FILE {f.stem}}}\input{{{f}}}\clearpage" + "\n" for f in files)
    packages = ",".join(_PACKAGES)
    preamble = rf"\documentclass{{article}}\usepackage{{{packages}}}"
    text = rf"{preamble}\begin{{document}}{inputs}\end{{document}}"
    (folder / f"{engine}.tex").write_text(text)
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", f"{engine}.tex"]
    for _ in range(2):  # long tables learn their widths from the first
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    faults, current = [], ""
    for line in (folder / f"{engine}.log").read_text(errors="replace").splitlines():
        if line.startswith("FILE "):
            current = line.removeprefix("FILE ")
        elif _FAULT.search(line):
            faults.append(f"{current}: {line}")
    return faults
