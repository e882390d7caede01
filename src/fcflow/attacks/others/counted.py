"""A model as it is lent to code that is not ours: counted, and left as it was."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn


class Counted(nn.Module):
    """A model that counts at how many points it was evaluated and differentiated.

    Attributes
    ----------
    n_forward, n_backward : int
        Points, not calls: a batch of three counts three times.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model, self.training = model, False
        self.n_forward = self.n_backward = 0

    def forward(self, x: Tensor) -> Tensor:
        """Return the model's logits.

        Examples
        --------
        >>> counted, x = Counted(nn.Linear(2, 3)), torch.zeros(1, 2, requires_grad=True)
        >>> counted(x).sum().backward()
        >>> counted.n_forward, counted.n_backward
        (1, 1)
        """
        self.n_forward += len(x)
        logits: Tensor = self.model(x.clone())  # its first layer may work in place
        if logits.requires_grad:
            logits.register_hook(self._differentiated)
        return logits

    def _differentiated(self, gradient: Tensor) -> None:
        self.n_backward += len(gradient)


class Kept:
    """The tensors of a model as they were, to put them back after other people's code.

    In training mode alone, batch normalisation would go on to learn its statistics.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model, self._tensors = model, _tensors(model)
        self._copies = {name: one.detach().clone() for name, one in self._tensors.items()}

    def put_back(self) -> list[str]:
        """Put the tensors back, and return the names of those that had changed.

        Examples
        --------
        >>> model = nn.Linear(2, 3)
        >>> kept = Kept(model)
        >>> model.bias.data += 1
        >>> kept.put_back(), kept.put_back()
        (['bias'], [])
        """
        now = _tensors(self._model)
        changed = [name for name, one in self._tensors.items() if now.get(name) is not one]
        for name in changed:  # another tensor in its place
            owner, _, own = name.rpartition(".")
            part = self._model.get_submodule(owner)
            kind = "_parameters" if isinstance(self._tensors[name], nn.Parameter) else "_buffers"
            getattr(part, kind)[own] = self._tensors[name]
        with torch.no_grad():
            for name, copy in self._copies.items():
                if not _equal(self._tensors[name], copy):
                    self._tensors[name].data = copy.clone()  # whatever shape it has now
                    changed.append(name)
        return list(dict.fromkeys(changed))


def _tensors(model: nn.Module) -> Mapping[str, Tensor]:
    return dict([*model.named_parameters(), *model.named_buffers()])


def _equal(one: Tensor, other: Tensor) -> bool:
    alike = one.shape == other.shape and one.dtype == other.dtype and one.device == other.device
    if not alike or torch.equal(one, other):
        return alike
    return bool(((one == other) | (one.isnan() & other.isnan())).all())


@contextmanager
def lent(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Lend a model: its parameters have no gradients, its mode is restored, draws are seeded.

    PyTorch's, NumPy's and Python's generators are where they were afterwards.
    """
    modes = [(part, part.training) for part in model.modules()]
    trained = [one for one in model.parameters() if one.requires_grad]
    drawn = np.random.get_state(), random.getstate()  # noqa: NPY002 (what others draw from)
    cuda = [device.index or 0] if device.type == "cuda" else []
    for one in trained:
        one.requires_grad_(False)
    try:
        with torch.random.fork_rng(devices=cuda), torch.inference_mode(False), torch.enable_grad():
            torch.manual_seed(0)
            np.random.seed(0)  # noqa: NPY002
            random.seed(0)
            yield
    finally:
        np.random.set_state(drawn[0])  # noqa: NPY002
        random.setstate(drawn[1])
        for one in trained:
            one.requires_grad_(True)
        for part, mode in modes:
            part.training = mode
