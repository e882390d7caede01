import json
import zipfile
from contextlib import nullcontext

import pytest
import torch
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.opened.exported import is_plain_structure, open_exported
from fcflow.networks.opened.sizes import is_size


def network():
    torch.manual_seed(0)
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(16, 3)),
    ).eval()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "model.pt2"
    rows = ({0: torch.export.Dim("rows", min=1, max=1024)},)
    exported = torch.export.export(network(), (torch.zeros(2, 1, 8, 8),), dynamic_shapes=rows)
    torch.export.save(exported, path)
    return path


def changed(program, place, old, new):
    """Write the program with a text of one of its files replaced."""
    with zipfile.ZipFile(program) as archive, zipfile.ZipFile(place, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith("models/model.json"):
                assert old in content
                content = content.replace(old, new)
            written.writestr(name, content)
    return place


def test_a_program_computes_what_the_network_does(program):
    x = torch.rand(5, 1, 8, 8)
    opened = open_exported(program, (1, 8, 8), mean=0.25, std=0.5)
    assert torch.allclose(opened.model(x), network()((x - 0.25) / 0.5), atol=1e-6)
    assert len(opened.sha256) == 64
    assert not any(p.requires_grad for p in opened.model.parameters())


def test_a_program_of_one_row_takes_any_number(tmp_path):
    path = tmp_path / "one.pt2"
    torch.export.save(torch.export.export(network(), (torch.zeros(1, 1, 8, 8),)), path)
    x = torch.rand(3, 1, 8, 8)
    assert torch.allclose(open_exported(path, (1, 8, 8)).model(x), network()(x), atol=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"torch.ops.aten.relu.default", b"torch.os.system", "torch.os.system"),
        (b"torch.ops.aten.relu.default", b"torch.hub.load", "torch.hub.load"),
        (b"torch.ops.aten.relu.default", b"torchx.os.system", "torchx.os.system"),
        (b"torch.ops.aten.relu.default", b"torch.ops.aten.from_file", "from_file"),
        (b"torch.ops.aten.relu.default", b"_operator.methodcaller", "methodcaller"),
        (b"torch.ops.aten.relu.default", b"torch.ops.aten.__getattr__", "__getattr__"),
        (b"Symbol(", b"open(", "as expr_str"),
        (b"builtins.tuple", b"builtins.tuple __enum__ fqn", "as in_spec"),
        (b'"in_spec": "[', b'"in_spec": " [9, ', "as in_spec"),
        (b'"name": "input"', b'"name": "input=open(1)"', "as name"),
        (b'"forward_arg_names": ["input"]', b'"forward_arg_names": ["i=1):\\n 1"]', "arg_names"),
        (
            b'"parameter_name": "0.weight"',
            b'"parameter_name": "0.w\'+open(1)+\'"',
            "parameter_name",
        ),
        (b'"tensor_values": {', b'"tensor_values": {"a=open(1)": {}, ', "the name 'a=open(1)'"),
    ],
)
def test_what_would_run_more_than_operations_on_tensors_is_refused(
    program, old, new, told, tmp_path
):
    path = changed(program, tmp_path / "bad.pt2", old, new)
    with pytest.raises(InputError, match="asks for more than operations on tensors") as caught:
        open_exported(path, (1, 8, 8))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_second_file_of_a_name_cannot_stand_for_the_one_that_was_looked_at(program, tmp_path):
    for case in (str, str.upper):
        path = tmp_path / f"{case.__name__}.pt2"
        path.write_bytes(program.read_bytes())
        with (
            zipfile.ZipFile(path, "a") as archive,
            pytest.warns(UserWarning, match="Duplicate") if case is str else (nullcontext()),
        ):
            name = next(name for name in archive.namelist() if name.endswith("models/model.json"))
            archive.writestr(case(name), archive.read(name))
        with pytest.raises(InputError, match="holds two files of one name"):
            open_exported(path, (1, 8, 8))


def test_a_compressed_archive_is_not_unpacked(program, tmp_path):
    path = tmp_path / "packed.pt2"
    with (
        zipfile.ZipFile(program) as archive,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in archive.namelist():
            written.writestr(name, archive.read(name))
    with pytest.raises(InputError, match="is damaged or no exported program"):
        open_exported(path, (1, 8, 8))


def test_pickled_code_in_it_is_not_run(program, tmp_path):
    class Harmful:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save(Harmful(), tmp_path / "harmful.pt")
    path = tmp_path / "bad.pt2"
    with zipfile.ZipFile(program) as archive, zipfile.ZipFile(path, "w") as written:
        for name in archive.namelist():
            pickled = name.endswith("sample_inputs/model.pt")
            content = (tmp_path / "harmful.pt").read_bytes() if pickled else archive.read(name)
            if name.endswith("weights_config.json"):
                config = json.loads(content)
                config["config"]["0.weight"]["use_pickle"] = True
                content = json.dumps(config).encode()
            written.writestr(name, content)
    with pytest.raises(InputError, match="cannot be read as an exported program"):
        open_exported(path, (1, 8, 8))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["s0", "2*s0 + 1", "Symbol('s31', positive=True, integer=True)"])
def test_sizes_are_expressions(text):
    assert is_size(text)


@pytest.mark.parametrize(
    "text",
    [
        *("__import__('os')", "a.b", "().x", "open('a')", "exec (s0)", "'a.b'", 3, "(eval)('1')"),
        *("(chr)(111)", "10**10**10", "'a'*9", "s0[0]", "lambda: 1", "eval", "s0" * 999),
        *("[s0 for s0 in s0]", "Symbol('os')", "Symbol(s0, x=1)", "Symbol", "f'{s0}'"),
    ],
)
def test_other_text_is_no_size(text):
    assert not is_size(text)


@pytest.mark.parametrize(
    "text",
    [
        '[1, {"type": "enum.Enum", "context": null, "children_spec": []}]',
        '[1, {"type": null, "context": "{}", "children_spec": []}]',
        '[1, {"type": "builtins.dict", "context": "[\\"a=1\\"]", "children_spec": []}]',
        '[1, {"type": null, "context": null, "children_spec": [], "more": 1}]',
        '[1, {"type": null, "context": null, "children_spec": [1]}]',
        "[1]",
        "1",
    ],
)
def test_structures_are_of_tuples_lists_and_named_entries(text):
    assert not is_plain_structure(text)


def test_other_files_are_told(program, tmp_path):
    with pytest.raises(InputError, match="is missing"):
        open_exported(tmp_path / "no.pt2", (1, 8, 8))
    (tmp_path / "text.pt2").write_text("no archive", encoding="utf-8")
    with pytest.raises(InputError, match="is damaged or no exported program"):
        open_exported(tmp_path / "text.pt2", (1, 8, 8))
    with zipfile.ZipFile(tmp_path / "script.pt2", "w") as archive:
        archive.writestr("script/code/__torch__.py", "")
    with pytest.raises(InputError, match="is TorchScript"):
        open_exported(tmp_path / "script.pt2", (1, 8, 8))
    with pytest.raises(InputError, match="another file than was asked for"):
        open_exported(program, (1, 8, 8), sha256="0" * 64)
    with pytest.raises(InputError, match=r"fails at an input of 1×9: "):
        open_exported(program, (1, 9))
