"""What the steps of an experiment on the hypercube need.

Rates are those of one core in the default configuration, sizes those of the arrays that a step
holds.
"""

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from fcflow.experiments.hypercube.studies import Experiment, Setting
from fcflow.resources.needs import Needs, mib
from fcflow.resources.pipelines import Key, Pipeline

_BYTES_PER_SECOND = 2e10  # in the cache: a linear network's training moves its weights and moments
_FLOP_PER_SECOND = 6e10  # a ReLU network's multiplies them
_ADAM_BYTES = 24
_EVALUATION = 0.15  # over the time of training
_SECONDS_PER_RUN = 0.03  # data, order of the points, evaluation
_STAGES = {"data": ("data",), "networks": ("data", "net"), "study": ()}
_COPIES = 4  # of weights: as read or trained, in a network, of its gradients, as written


class HypercubeNeeds:
    """The needs of one experiment's steps, whose names are those of the rules.

    Parameters
    ----------
    name : {"linear", "relu"}
    section : Experiment
        The configuration's section of that name.
    """

    def __init__(self, name: str, section: Experiment) -> None:
        self._name = name
        self._section = section

    def generate_hypercubes(self, study: str, data: str, **others: str) -> Needs:
        """Return the needs of the matrices of all runs."""
        d = max(one.d for one in self._studies[study] if one.data == data)
        runs = self._runs(study)
        return Needs(mib(_COPIES * runs * d**2), 1 + 1e-8 * runs * d**3)

    def train(self, study: str, data: str, net: str, **others: str) -> Needs:
        """Return the needs of runs that are trained in turn, and whose weights are kept."""
        setting = self._settings[study, data, net]
        kept = self._runs(study) * self._kept(setting) + self._weights(setting)
        held = mib(_COPIES * kept, 4) + self._points_mib(setting)
        return Needs(held, 2 + self._training_seconds(setting))

    train_affine = train_relu = train

    def evaluate(self, study: str, **others: str) -> Needs:
        """Return the needs of all runs of a study, with the points of one at a time."""
        settings = self._studies[study]
        kept = sum(self._runs(study) * self._kept(one) for one in settings)
        held = mib(_COPIES * kept, 4) + max(map(self._points_mib, settings))
        return Needs(100 + held, 3 + _EVALUATION * sum(map(self._training_seconds, settings)))

    probe_affine = probe_relu = attack_affine = attack_relu = evaluate

    def aggregate(self, **others: str) -> Needs:
        """Return the needs of the rows of all runs."""
        return Needs(mib(100 * sum(self._runs(one.study) for one in self._section.settings())))

    aggregate_linear = aggregate_relu = aggregate

    def check_first_order(self, **others: str) -> Needs:
        """Return the needs of the networks of Table 3."""
        return self.evaluate("table3")

    check_linear_paths = aggregate

    def place(self, stage: str, wildcards: Mapping[str, str]) -> tuple[str, str, Key]:
        """Return the pipeline, the stage and the part to which a step belongs."""
        key = tuple(wildcards[name] for name in _STAGES[stage])
        return f"{self._name}-{wildcards['study']}", stage, key

    def pipelines(self) -> list[Pipeline]:
        """Return one pipeline a study."""
        return [
            Pipeline(
                f"{self._name}-{study}",
                {
                    "data": {
                        (data,): self.generate_hypercubes(study, data).seconds
                        for data in dict.fromkeys(one.data for one in settings)
                    },
                    "networks": {
                        (one.data, one.net): self.train(study, one.data, one.net).seconds
                        for one in settings
                    },
                    "study": {(): 2 * self.evaluate(study).seconds},
                },
            )
            for study, settings in self._studies.items()
        ]

    @cached_property
    def _settings(self) -> dict[tuple[str, str, str], Setting]:
        return {(one.study, one.data, one.net): one for one in self._section.settings()}

    @cached_property
    def _studies(self) -> dict[str, list[Setting]]:
        studies: dict[str, list[Setting]] = {name: [] for name in self._section.studies}
        for one in self._section.settings():
            studies[one.study].append(one)
        return studies

    def _runs(self, study: str) -> int:
        keys = self._section.studies[study]
        return int(keys.runs or keys.max_runs)

    def _weights(self, setting: Setting) -> int:
        m = setting.hidden
        return m * (setting.d + 3) + ((setting.depth or 1) - 1) * m * (m + 1) + 2

    def _kept(self, setting: Setting) -> int:
        """Return how many numbers are written for each run; linear networks are maps of d."""
        keys = self._section.studies[setting.study]
        whole = setting.depth is not None or getattr(keys, "keep_weights", False)
        return self._weights(setting) if whole else setting.d + 1

    def _points(self, setting: Setting) -> int:
        keys: Any = self._section.studies[setting.study]
        points = keys.points or self._section.points
        few = points == "auto" and setting.d <= self._section.max_enumerated_dim
        return 2**setting.d if few or points == "enumerate" else self._section.max_points

    def _points_mib(self, setting: Setting) -> float:
        """Return the size of the points in several forms, and of a ReLU network's hidden units."""
        units = 0 if setting.depth is None else setting.hidden
        return mib(self._points(setting) * (3 * setting.d + units))

    def _training_seconds(self, setting: Setting) -> float:
        keys: Any = self._section.studies[setting.study]
        points, epochs = self._points(setting), keys.epochs or self._section.epochs
        weights = self._weights(setting)
        if setting.depth is None:
            steps = epochs * math.ceil(points / setting.batch_size)
            seconds = _ADAM_BYTES * weights * steps / _BYTES_PER_SECOND
        else:
            # Forward, by the weights and by the inputs; moments are as much again at batch 64.
            seconds = 8 * weights * points * epochs / _FLOP_PER_SECOND
        # About half of the runs are valid, and training ends when there are enough.
        runs = keys.runs or min(keys.max_runs, 2 * keys.valid_runs)
        return float(runs * (seconds + _SECONDS_PER_RUN))
