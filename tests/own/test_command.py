import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from fcflow.cli import app
from fcflow.config.load import read_config
from fcflow.own.command import run
from fcflow.own.starter import write_starter

BASE = Path(__file__).parents[2] / "config" / "config.yaml"


def test_what_was_found_is_on_the_terminal_and_on_a_page(here, options, tmp_path, capsys):
    code = run(options | {"attacks": ["fast_l2", "ddn,steps=5"]}, tmp_path / "mine", "cpu")
    out, err = capsys.readouterr()
    assert code == 0
    assert "20 of 20" in out
    assert "found for 20 of 20 pairs, are 0." in out
    assert re.search(r"^  ddn  .* \d+ of 20 ", out, re.MULTILINE)
    assert "Traceback" not in err
    page = (tmp_path / "mine" / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;cats&amp;" in page
    assert "<b>" not in page
    assert page.count("data:image/png;base64,") == 5 * 3
    # Nothing on it is fetched from anywhere.
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "http" not in page.replace("http-equiv", "")


def test_an_attack_that_fails_is_told_with_how_often(here, options, tmp_path, capsys):
    (here / "bad.py").write_text(
        "def bad(model, x, source, target, bounds):\n"
        "    if float(x.sum()) > 75: raise ValueError('<i>too bright')\n"
        "    return 1 - x\n"
    )
    code = run(options | {"attacks": ["bad.py:bad"]}, tmp_path / "mine", "cpu")
    out, _ = capsys.readouterr()
    assert code == 0
    assert re.search(r"bad\.py:bad: \d+ × failed \(bad\.py, line 2\)", out)
    page = (tmp_path / "mine" / "index.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;too bright" in page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"images": "gone:two:"}, "fcflow measure: --images: there is nothing at gone:two:\n"),
        ({"model": "gone.py:net"}, "there is no file gone.py"),
        ({"model": "my_models.py:nothing"}, "my_models.py defines no nothing"),
        ({"weights": "gone.safetensors"}, "gone.safetensors"),
        ({"pairs": "gone.csv"}, "gone.csv: is missing; write it with the columns x1 and x2"),
        ({"pairs": "ants:dogs"}, "fcflow measure: --pairs: the model has no class 'dogs'"),
        ({"images": "sizes"}, "60×40; set --size, to which all are brought"),
        ({"classes": "a,b,c"}, "fcflow measure: --classes: lacks"),
    ],
)
def test_bad_input_is_one_line_and_the_exit_code_one(here, options, tmp_path, capsys, given, told):
    for name, size in (("ants/0", (28, 28)), ("bees/0", (60, 40))):
        (here / "sizes" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size).save(here / "sizes" / f"{name}.png")
    code = run(options | given, tmp_path / "mine", "cpu")
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert told in err
    assert err.startswith("fcflow measure: ")
    assert err.count("\n") == 1


def test_whatever_fails_is_one_line_and_its_traceback_is_in_the_log(
    here, options, tmp_path, capsys
):
    (here / "moody.py").write_text(
        "from torch import nn\n"
        "class Net(nn.Sequential):\n"
        "    def forward(self, x):\n"
        "        if len(x) > 2: raise RuntimeError('too many\\nrows')\n"
        "        return super().forward(x)\n"
        "def net():\n"
        "    return Net(nn.Flatten(), nn.Linear(192, 3))\n"
    )
    given = {key: value for key, value in options.items() if key != "weights"}
    code = run(given | {"model": "moody.py:net"}, tmp_path / "mine", "cpu")
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (1, "", 1)
    log = tmp_path / "mine" / "log.txt"
    assert err == f"fcflow measure: RuntimeError: too many; where it happened is in {log}\n"
    assert "Traceback (most recent call last)" in log.read_text()


def test_what_was_left_out_or_done_to_inputs_is_on_the_terminal(here, options, tmp_path, capsys):
    shutil.copytree(here / "pictures", tmp_path / "pictures")
    (tmp_path / "pictures" / "ants" / "broken.png").write_bytes(b"no picture")
    Image.new("L", (8, 8), 90).save(tmp_path / "pictures" / "bees" / "grey.png")
    few = options | {"images": str(tmp_path / "pictures"), "max_pairs": 2, "attacks": ["fast_l2"]}
    for _ in range(2):  # when there is nothing left to do as well
        assert run(few, tmp_path / "mine", "cpu") == 0
        out, _ = capsys.readouterr()
        assert "skipped 1: ants/broken.png: cannot be read as an image" in out
        assert "1 of 25 pictures are grey among others in colour" in out


@pytest.mark.parametrize("device", ["gpu", "cuda"])
def test_a_device_that_is_not_there_is_refused(
    here, options, tmp_path, capsys, monkeypatch, device
):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert run(options, tmp_path / "mine", device) == 1
    assert capsys.readouterr().err.startswith("fcflow measure: --device: ")


def test_the_help_fits_on_a_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(app, ["measure", "--help"]).output
    assert len(shown.rstrip().splitlines()) <= 28
    for option in ("--images", "--model", "--timm", "--pairs", "--attack", "--out"):
        assert option in shown


def test_a_starter_is_valid_short_and_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["init", "birds"])
    assert made.exit_code == 0
    assert "--snakefile <clone>/workflow/Snakefile" in made.output
    text = (tmp_path / "birds.yaml").read_text()
    assert len(text.splitlines()) <= 12
    assert len((tmp_path / "birds_model.py").read_text().splitlines()) <= 10
    section = read_config([BASE, tmp_path / "birds.yaml"]).images.birds
    assert section.data.folder == "data/birds"
    again = CliRunner().invoke(app, ["init", "birds"])
    assert again.exit_code == 1
    assert "birds.yaml: is there already and stays as it is" in again.output
    assert (tmp_path / "birds.yaml").read_text() == text
    for name in ("3d", "mnist", "all", "a/b"):
        assert CliRunner().invoke(app, ["init", name]).exit_code == 1
    assert len(write_starter("cats", tmp_path)) == 2
    assert len(list(tmp_path.iterdir())) == 4
