"""The command ``fcflow``: look at the configuration and at results without running anything."""

import codecs
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from fcflow.artifacts.tables import read_metadata, read_table
from fcflow.config.load import config_schema, missing_files, read_config
from fcflow.errors import FcflowError
from fcflow.extras import paper_extra
from fcflow.jobs import plain_matplotlib
from fcflow.runs import unlock

with paper_extra():
    import typer
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

app = typer.Typer(
    help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


# What a terminal that knows no Unicode is shown instead.
_PLAIN = {
    **{"✓": "+", "≈": "~", "✗": "x", "·": ".", "–": "-", "−": "-", "…": "...", "×": "x", "±": "+-"},
    **{"φ": "phi", "θ": "theta", "ρ": "rho", "π": "pi", "γ": "gamma", "α": "alpha", "ε": "epsilon"},
    **{"‖": "||", "√": "sqrt", "≥": ">=", "≤": "<=", "≠": "!=", "→": "->", "∝": "~", "²": "^2"},
}


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in part), error.end


def _told(what: object) -> typer.Exit:
    """Print what has to be mended, as it is, and return what ends the command."""
    console = Console(stderr=True, soft_wrap=True, emoji=False)
    console.print(str(what), markup=False, highlight=False)
    return typer.Exit(1)


@app.callback(help=__doc__)
def prepare() -> None:
    """Let every command print on every terminal."""
    codecs.register_error("fcflow.plainly", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="fcflow.plainly")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="YAML files, the most general first")],
) -> None:
    """Check a configuration, whose files are merged in their order."""
    named = " + ".join(map(str, files))
    try:
        lost = missing_files(read_config(files))
    except FcflowError as error:
        raise _told(error) from None
    if lost:
        raise _told("\n".join(f"{named}: {key}: {what}" for key, what in lost.items()))
    Console(soft_wrap=True, emoji=False).print(f"{named}: valid", markup=False, highlight=False)


@app.command()
def schema() -> None:
    """Print the JSON schema of the configuration (``config/schema.json``)."""
    text = config_schema()
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=2) + "\n"
    print(text, end="")


# What follows the first word goes on as it is, the -- before targets included.
_AS_IT_IS = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
}


@app.command(context_settings=_AS_IT_IS)
def why(context: typer.Context) -> None:
    """Print why steps would run again; takes the arguments that snakemake is to be run with."""
    from fcflow.provenance.reasons import rerun_reasons

    command = [sys.executable, "-m", "snakemake", "--dry-run", *context.args]
    plan = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if plan.returncode:
        sys.stderr.write(plan.stdout + plan.stderr)
        raise typer.Exit(plan.returncode)
    reasons = rerun_reasons(plan.stdout + plan.stderr)
    changed = [reason for reason in reasons if reason.lines]
    for reason in changed:
        print(f"{reason.job}: {'; '.join(reason.lines)}")
    print(f"{len(changed)} jobs because of what changed, {len(reasons) - len(changed)} that follow")


@app.command()
def keys(
    section: Annotated[str, typer.Argument(help="such as linear, or theory.theorem1")] = "",
) -> None:
    """Print what every key of the configuration means, and where in the papers it comes from."""
    from fcflow.config.keys import configuration_keys

    table = Table(box=box.SIMPLE)
    table.add_column("key", no_wrap=True)
    table.add_column("meaning")
    meanings = configuration_keys(section)
    if not meanings:
        raise _told(f"the configuration has no section {section!r}")
    for key in meanings:
        table.add_row(Text(key.name), Text(key.meaning))
    Console().print(table)


@app.command()
def inspect(file: Annotated[Path, typer.Argument(help="a Parquet file of fcflow's")]) -> None:
    """Print what is recorded with a table: configuration, device and package versions."""
    try:
        print(json.dumps(read_metadata(file), indent=2, sort_keys=True))
    except FcflowError as error:
        raise _told(error) from None


@app.command()
def claims(
    file: Annotated[Path, typer.Argument(help="the ledger")] = Path("results/claims.parquet"),
    full: Annotated[bool, typer.Option(help="everything about each claim")] = False,
) -> None:
    """Print the ledger: every claim, the result, and the verdict; those that fail first."""
    try:
        os.environ.update(plain_matplotlib())
        # These load pandas and matplotlib, which other commands need not.
        from fcflow.paper.claims.ledger import LEDGER
        from fcflow.paper.claims.show import claims_table, full_table, reproduced
        from fcflow.paper.claims.wording import summary

        rows = read_table(file, LEDGER)
    except FcflowError as error:
        raise _told(error) from None
    console = Console()
    if full:
        console.print(full_table(rows))
    else:
        console.print(claims_table(rows, console.width))
        console.print(reproduced(rows), markup=False, highlight=False)
    console.print(summary(rows), markup=False, highlight=False, soft_wrap=True)


@app.command()
def archive(
    file: Annotated[Path, typer.Argument(help="the zip to write")] = Path("fcflow-results.zip"),
    results: Annotated[Path, typer.Option(help="the folder of results")] = Path("results"),
    code: Annotated[Path, typer.Option(help="the repository's folder")] = Path(),
) -> None:
    """Pack results, site, code and configuration into one zip that opens without Python."""
    try:
        os.environ.update(plain_matplotlib())
        from fcflow.site.archive import write_archive  # loads pandas and matplotlib

        count = write_archive(file, results, code)
    except FcflowError as error:
        raise _told(error) from None
    print(f"{file}: {count} files; unpack it and open index.html")


@app.command()
def recompute(
    claim: Annotated[
        str, typer.Argument(help="its name: table2-cos, or of your section, NAME-ratio")
    ],
    runs: Annotated[int, typer.Option(help="rows of each table, at most")] = 3,
    results: Annotated[Path, typer.Option(help="the folder of results")] = Path("results"),
) -> None:
    """Draw a claim's rows again from their seeds by plain means, and print both numbers.

    Ends with an error if they differ by more than both ways of computing leave.
    """
    try:
        # These load PyTorch, which other commands need not.
        from fcflow.recompute.claim import recompute_claim
        from fcflow.recompute.show import lines, verdict

        recomputed = recompute_claim(claim, results=results, runs=runs)
    except FcflowError as error:
        raise _told(error) from None
    text = [*recomputed.how, *lines(recomputed.comparisons), verdict(recomputed)]
    Console(soft_wrap=True, emoji=False).print("\n".join(text), markup=False, highlight=False)
    if not all(one.agrees for one in recomputed.comparisons):
        raise typer.Exit(1)


@app.command()
def measure(
    images: Annotated[str, typer.Option(help="class folders, or .npz, .parquet")] = "",
    size: Annotated[int | None, typer.Option(help="pixels pictures are brought to")] = None,
    classes: Annotated[str, typer.Option(help="of the outputs, in order: cat,dog")] = "",
    mean: Annotated[str, typer.Option(help="of inputs: 0.5, or 0.5,0.4,0.3")] = "",
    std: Annotated[str, typer.Option(help="of inputs, likewise")] = "",
    bounds: Annotated[str, typer.Option(help="of inputs: 0,1, or none")] = "",
    model: Annotated[str, typer.Option(help="my_models.py:net, which makes it")] = "",
    timm: Annotated[str, typer.Option(help="or timm's resnet18.a1_in1k")] = "",
    torchvision: Annotated[str, typer.Option(help="or torchvision's resnet18")] = "",
    exported: Annotated[str, typer.Option(help="or a file of torch.export")] = "",
    weights: Annotated[str, typer.Option(help="a checkpoint; of timm, hub")] = "",
    pairs: Annotated[str, typer.Option(help="nearest, CAT:DOG, a.csv, f.py:f")] = "nearest",
    max_pairs: Annotated[int, typer.Option(help="at most")] = 100,
    attack: Annotated[list[str] | None, typer.Option(help="minimal; ddn,steps=50; …")] = None,
    measure: Annotated[list[str] | None, typer.Option(help="factors; f.py:f; …")] = None,
    out: Annotated[Path, typer.Option(help="folder")] = Path("results/mine"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda")] = "auto",
) -> None:
    """Measure and attack your own model on pairs of your own inputs; goes on where it stopped."""
    from fcflow.own.command import run  # loads PyTorch

    options = {
        **{"model": model, "weights": weights, "timm": timm, "torchvision": torchvision},
        **{"exported": exported, "images": images, "size": size, "classes": classes},
        **{"mean": mean, "std": std, "bounds": bounds, "pairs": pairs, "max_pairs": max_pairs},
        **{"attacks": attack or ["minimal"], "measures": measure or ["factors"]},
    }
    raise typer.Exit(run(options, out, device))


@app.command()
def init(name: Annotated[str, typer.Argument(help="of the section, such as birds")]) -> None:
    """Write a configuration and a model file for your own model, to fill in."""
    from fcflow.own.starter import write_starter

    try:
        paths = write_starter(name)
    except FcflowError as error:
        raise _told(error) from None
    print(f"wrote {' and '.join(map(str, paths))}: fill them in, then run")
    print(f"    snakemake --cores all {name} --configfile {name}.yaml")
    print("in a clone of the repository, or here with --snakefile <clone>/workflow/Snakefile")


@app.command(name="unlock")
def unlock_(
    directory: Annotated[Path, typer.Option(help="where the workflow runs")] = Path(),
) -> None:
    """Remove the lock of a Snakemake that was killed on this machine; leave every other."""
    if unlock(directory):
        print("removed the lock of a Snakemake that was killed")


@app.command(name="compile")
def compile_() -> None:
    """Compile the package's kernels now instead of in the first run of the workflow."""
    from fcflow.kernels import compile_kernels

    compile_kernels()
