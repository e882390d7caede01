import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from fcflow.errors import InputError
from fcflow.networks.checkpoints import load_exactly, read_checkpoint, sha256_of


@pytest.fixture
def network():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))


def test_both_kinds_of_file_hold_the_same_tensors(network, tmp_path):
    state = network.state_dict()
    save_file(state, tmp_path / "a.safetensors")
    torch.save(state, tmp_path / "a.pth")
    for name in ("a.safetensors", "a.pth"):
        tensors = read_checkpoint(tmp_path / name)
        assert set(tensors) == set(state)
        assert all(torch.equal(tensors[key], state[key]) for key in state)


def test_a_missing_file_is_told_with_what_to_do(tmp_path):
    with pytest.raises(InputError, match=r"none\.pth: is missing; put the checkpoint there"):
        read_checkpoint(tmp_path / "none.pth")


class Burglar:
    """Unpickling it writes a file."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.parametrize(
    "write", [torch.save, lambda what, path: path.write_bytes(pickle.dumps(what))]
)
def test_pickled_code_is_refused_and_not_run(write, tmp_path):
    path, mark = tmp_path / "evil.pth", tmp_path / "was-here"
    write({"weight": torch.zeros(2), "other": Burglar(mark)}, path)
    with pytest.raises(
        InputError,
        match=r"evil\.pth: .*code, which is never run; save its state_dict as .safetensors",
    ):
        read_checkpoint(path)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Burglar(mark)))  # noqa: S301  what would have happened
    assert mark.exists()


@pytest.mark.parametrize("name", ["a.safetensors", "a.pth"])
@pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04 half a file"])
def test_a_damaged_file_is_named(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name}: is damaged"):
        read_checkpoint(tmp_path / name)


def test_a_whole_model_or_a_nested_checkpoint_is_refused(network, tmp_path):
    torch.save({"state_dict": network.state_dict()}, tmp_path / "nested.pth")
    with pytest.raises(InputError, match=r"nested\.pth: must hold names and tensors alone"):
        read_checkpoint(tmp_path / "nested.pth")
    torch.save(network, tmp_path / "model.pth")
    with pytest.raises(InputError, match=r"model\.pth: .* never run"):
        read_checkpoint(tmp_path / "model.pth")


@pytest.mark.parametrize(
    ("tensor", "kind"),
    [(torch.eye(2).to_sparse(), "sparse"), (torch.ones(2, dtype=torch.complex64), "complex")],
)
def test_tensors_that_are_not_dense_and_real_are_named(tensor, kind, tmp_path):
    torch.save({"0.weight": tensor}, tmp_path / "odd.pt")
    with pytest.raises(InputError, match=rf"the tensor 0\.weight is {kind}"):
        read_checkpoint(tmp_path / "odd.pt")


def test_another_file_than_the_one_asked_for_is_refused(network, tmp_path):
    path = tmp_path / "a.safetensors"
    save_file(network.state_dict(), path)
    right = sha256_of(path)
    assert set(read_checkpoint(path, sha256=right)) == set(network.state_dict())
    with pytest.raises(InputError, match=f"has the SHA-256 {right}, not {'0' * 64}"):
        read_checkpoint(path, sha256="0" * 64)


def test_one_error_names_all_that_is_missing_left_over_misshapen_and_not_finite(network):
    state = network.state_dict()
    tensors = {name: tensor for name, tensor in state.items() if name != "0.bias"}
    tensors |= {
        "head.weight": torch.zeros(1),
        "0.weight": torch.zeros(4, 2),
        "1.bias": torch.full((4,), torch.nan),
    }
    with pytest.raises(InputError) as error:
        load_exactly(network, tensors, source="a.pth")
    assert str(error.value) == (
        "a.pth: does not fit Sequential: lacks 0.bias; has head.weight that Sequential does not; "
        "has shapes 0.weight [4, 2] for [4, 3]; is not finite in 1.bias"
    )
    assert all(torch.equal(network.state_dict()[name], state[name]) for name in state)


def test_a_long_list_of_tensors_is_cut_short():
    with pytest.raises(
        InputError, match=r"lacks 0\.weight, 0\.bias, 1\.weight, 1\.bias and 4 more"
    ):
        load_exactly(nn.Sequential(*(nn.Linear(1, 1) for _ in range(4))), {}, source="a.pth")
