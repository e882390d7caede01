"""What each step of the linear experiment computes and what it depends on, read off the configuration."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from fcflow.config.models import Config, LinearExperiment, LinearStudy


@dataclass(frozen=True)
class LinearSetting:
    """One combination of a study's sizes: its runs differ by their seeds alone.

    ``data`` and ``net`` are the two folder names under which its results lie, ``results/linear/<study>/<data>/<net>``:
    networks of several widths or batch sizes are trained on the same data.
    """

    study: str
    d: int
    column_scale: float
    hidden: int
    batch_size: int

    @property
    def data(self) -> str:
        """The data's folder, such as ``d12-s5``."""
        return f"d{self.d}-s{self.column_scale:g}"

    @property
    def net(self) -> str:
        """The network's folder, such as ``m3000-b64``."""
        return f"m{self.hidden}-b{self.batch_size}"

    def path(self, file: str) -> str:
        """Return where a file of this setting lies under ``results/linear``."""
        shared = file.startswith(("problems", "matrices"))
        return "/".join([self.study, self.data, file] if shared else [self.study, self.data, self.net, file])


class LinearPlan:
    """The settings of every study, and the part of the configuration that each step reads.

    Changing a key of the configuration changes the subsets of those steps alone that read it, which is what reruns
    them and nothing else.
    """

    def __init__(self, config: Config) -> None:
        self._seed = config.seed
        self._linear = config.linear
        self._by_path = {(s.study, s.data, s.net): s for s in _settings(config.linear)}

    @property
    def settings(self) -> list[LinearSetting]:
        """All settings, in the order of the configuration."""
        return list(self._by_path.values())

    @property
    def studies(self) -> list[str]:
        """The names of all studies."""
        return list(self._linear.studies)

    def study(self, name: str) -> list[LinearSetting]:
        """Return the settings of one study."""
        return [setting for setting in self.settings if setting.study == name]

    def files(self, file: str, study: str | None = None) -> list[str]:
        """Return one file of every setting, or of every setting of one study, in the order of the settings.

        Settings that share their data share these files, which are then listed once for each.
        """
        return [f"results/linear/{s.path(file)}" for s in self.settings if study in (None, s.study)]

    def study_files(self, file: str) -> list[str]:
        """Return one file of every study."""
        return [f"results/linear/{study}/{file}" for study in self.studies]

    def wanted(self, study: str) -> int | None:
        """Return how many valid runs a study asks for, None where it asks for a number of runs instead."""
        return self._linear.studies[study].valid_runs

    def generate(self, study: str, data: str) -> dict[str, Any]:
        """Return what the data of a setting depend on."""
        setting = next(s for s in self.study(study) if s.data == data)
        chosen = self._linear.studies[study]
        points = chosen.points or self._linear.points
        limit = {"auto": self._linear.max_enumerated_dim, "enumerate": setting.d, "sample": 0}[points]
        return {
            "seed": self._seed,
            "study": study,
            "d": setting.d,
            "column_scale": setting.column_scale,
            "runs": chosen.runs or chosen.max_runs,
            "sample": None if setting.d <= limit else self._linear.max_points,
        }

    def train(self, study: str, data: str, net: str) -> dict[str, Any]:
        """Return what the training of a setting depends on."""
        setting, linear = self._by_path[study, data, net], self._linear
        chosen: LinearStudy = linear.studies[study]
        stop = linear.stop_when_perfect if chosen.stop_when_perfect is None else chosen.stop_when_perfect
        return {
            "hidden": setting.hidden,
            "batch_size": setting.batch_size,
            "epochs": chosen.epochs or linear.epochs,
            "learning_rate": linear.learning_rate,
            "betas": list(linear.betas),
            "epsilon": linear.epsilon,
            "stop_when_perfect": stop,
            "valid_runs": chosen.valid_runs,
            "keep_weights": chosen.keep_weights,
        }

    def attack(self) -> dict[str, Any]:
        """Return what the comparison with the optimal classifier depends on."""
        return {"optimal_points": self._linear.optimal_points, "optimal_max_nodes": self._linear.optimal_max_nodes}


def _settings(linear: LinearExperiment) -> list[LinearSetting]:
    return [
        LinearSetting(name, d, scale, hidden, batch_size)
        for name, study in linear.studies.items()
        for d, scale, hidden, batch_size in product(
            study.dims,
            study.column_scales or [linear.column_scale],
            study.hidden or [linear.hidden],
            study.batch_sizes or [linear.batch_size],
        )
    ]
