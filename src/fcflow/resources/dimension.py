"""What the steps of the dimension laws need."""

from collections.abc import Mapping
from typing import Any

from fcflow.resources.needs import Needs, mib
from fcflow.resources.pipelines import Key, Pipeline

# Of one core: Adam's on each weight, and the products of a ReLU network's step.
_SECONDS_PER_WEIGHT = 1.5e-9
_FLOP_PER_SECOND = 5e10
_SECONDS_PER_RUN = 0.1
# Of an attacked point, times its network's weights over those of 3,000 units at d = 12.
_POINT_SECONDS = 0.03
_POINT_WEIGHTS = 45_000
_COPIES = 6  # of weights: in training with their moments and gradients, as kept, as written


class DimensionNeeds:
    """The needs of the section's steps, whose names are those of the rules.

    Parameters
    ----------
    name : str
    section : Settings
        The configuration's section ``dimension``.
    """

    def __init__(self, name: str, section: Any) -> None:
        self._name = name
        self._section = section
        self._settings = {(one.study, one.folder): one for one in section.settings()}

    def train_dimension(self, study: str, setting: str, **others: str) -> Needs:
        """Return the needs of a study's runs at one dimension, which are trained in turn."""
        keys, d = self._section.values(study), self._settings[study, setting].d
        weights, batch = self._weights(keys, d), keys["batch_size"]
        seconds = _SECONDS_PER_WEIGHT * weights
        if keys["activation"] == "relu":
            # Forward, by the weights and by the inputs, which the first layer is not asked for.
            m, deeper = keys["hidden"], keys["depth"] - 1
            seconds += m * (4 * (d + 3) + 6 * deeper * m) * batch / _FLOP_PER_SECOND
        held = mib(_COPIES * weights + keys["runs"] * self._kept(keys, d), 4)
        held += mib(2 * batch * (d + keys["hidden"] * (1 + keys["depth"])), 4)
        return Needs(100 + held, 2 + keys["runs"] * (_SECONDS_PER_RUN + keys["steps"] * seconds))

    def probe_dimension(self, study: str, setting: str, **others: str) -> Needs:
        """Return the needs of gradients and least perturbations of a setting's networks."""
        keys, d = self._section.values(study), self._settings[study, setting].d
        relu = keys["activation"] == "relu"
        points = keys["runs"] * (keys["attacked_points"] + 0.1 * keys["probed_points"]) * relu
        share = self._weights(keys, d) / _POINT_WEIGHTS
        held = mib((_COPIES + keys["runs"]) * self._kept(keys, d), 8)
        return Needs(200 + held, 4 + _POINT_SECONDS * points * share)

    def aggregate_dimension(self, **others: str) -> Needs:
        """Return the needs of all runs' rows."""
        return Needs(50)

    def place(self, stage: str, wildcards: Mapping[str, str]) -> tuple[str, str, Key]:
        """Return the pipeline, the stage and the part to which a step belongs."""
        return self._name, stage, (wildcards["study"], wildcards["setting"])

    def pipelines(self) -> list[Pipeline]:
        """Return the one pipeline, up to what is made of all networks."""
        networks: dict[Key, float] = {
            place: self.train_dimension(*place).seconds + self.probe_dimension(*place).seconds
            for place in self._settings
        }
        return [Pipeline(self._name, {"networks": networks})]

    def _weights(self, keys: Mapping[str, Any], d: int) -> int:
        m, depth = int(keys["hidden"]), int(keys["depth"])
        return m * (d + 3) + (depth - 1) * m * (m + 1) + 2

    def _kept(self, keys: Mapping[str, Any], d: int) -> int:
        """Return how many numbers are written for a run; linear networks are maps of d."""
        return self._weights(keys, d) if keys["activation"] == "relu" else 4 * (d + 1)
