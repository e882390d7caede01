"""What the steps of studies of small networks need.

Constants are from one core of a desktop processor.
"""

from collections.abc import Mapping
from typing import Any

from fcflow.experiments.ablations.studies import fused_cells
from fcflow.resources.needs import Needs, mib
from fcflow.resources.pipelines import Key, Pipeline

_FLOP_PER_SECOND = 8e9  # of small matrices, with what is done to each number beside the products
_STEP_SECONDS = 5e-4  # of one step, however small the networks
_METHODS = {"penalty": 3.0, "augmentation": 2.5, "adversarial": 6.0}
_NETWORK_SECONDS = 0.15  # its measures at one step of training, for each hidden layer
_COPIES = 8  # of a layer's numbers that training or measuring holds


class AblationsNeeds:
    """The needs of the section's steps, whose names are those of the rules.

    Parameters
    ----------
    name : str
        ``ablations``.
    section : Settings
        The configuration's section of that name.
    """

    def __init__(self, name: str, section: Any) -> None:
        self._name = name
        self._section = section

    def train_ablations(self, study: str, **others: str) -> Needs:
        """Return the needs of the training of a study's networks."""
        keys = self._section.scope(study)
        batch, steps = keys["batch_size"], keys["steps"]
        kept = 1 + len(keys["checkpoints"])
        seconds, held, weights = 2.0, 0.0, 0.0
        for fused, cells in fused_cells(keys["sweep"], keys["methods"]):
            networks = len(cells) * keys["runs"]
            numbers = fused.shape.parameters * networks
            work = 6 * batch * numbers * steps / _FLOP_PER_SECOND
            seconds += _METHODS.get(fused.method, 1.0) * (work + _STEP_SECONDS * steps)
            units = fused.shape.depth * fused.shape.hidden * batch * networks
            held = max(held, mib(_COPIES * (numbers + units), 4))
            weights += mib(2 * kept * numbers, 4)
        return Needs(held + weights, seconds)

    def measure_ablations(self, study: str, **others: str) -> Needs:
        """Return the needs of what is measured on a study's networks."""
        keys = self._section.scope(study)
        kept = 1 + len(keys["checkpoints"])
        seconds, held, weights = 3.0, 0.0, 0.0
        for fused, cells in fused_cells(keys["sweep"], keys["methods"]):
            networks = len(cells) * keys["runs"] * kept
            seconds += _NETWORK_SECONDS * fused.shape.depth * networks
            rows = keys["probed_points"] * min(networks, keys["networks_at_once"])
            tested = fused.shape.hidden * keys["test_points"]
            held = max(held, mib(_COPIES * (fused.shape.parameters * rows + tested), 4))
            weights += mib(2 * fused.shape.parameters * networks, 4)
        return Needs(held + weights, seconds)

    def aggregate_ablations(self, **others: str) -> Needs:
        """Return the needs of all networks' rows."""
        return Needs(100)

    def place(self, stage: str, wildcards: Mapping[str, str]) -> tuple[str, str, Key]:
        """Return the pipeline, the stage and the part to which a step belongs."""
        return self._name, stage, (wildcards["study"],)

    def pipelines(self) -> list[Pipeline]:
        """Return the one pipeline, up to what is made of all studies."""
        studies: dict[Key, float] = {
            (study,): self.train_ablations(study).seconds + self.measure_ablations(study).seconds
            for study in self._section.studies
        }
        return [Pipeline(self._name, {"study": studies})]
