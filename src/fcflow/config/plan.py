"""What each step of an experiment on the hypercube computes and depends on, read off the configuration."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from fcflow.config.models import (
    Experiment,
    LinearExperiment,
    LinearStudy,
    ReluExperiment,
    ReluStudy,
)


@dataclass(frozen=True)
class Setting:
    """One combination of a study's sizes: its runs differ by their seeds alone.

    ``data`` and ``net`` are the two folder names under which its results lie,
    ``results/<experiment>/<study>/<data>/<net>``: networks of several sizes are trained on the same
    data.
    """

    study: str
    d: int
    column_scale: float
    hidden: int
    batch_size: int
    depth: int | None

    @property
    def data(self) -> str:
        """The data's folder, such as ``d12-s5``."""
        return f"d{self.d}-s{repr(float(self.column_scale)).removesuffix('.0')}"

    @property
    def net(self) -> str:
        """The network's folder, such as ``m3000-b64``, or ``l2-m3000-b64`` where the depth can vary."""
        depth = "" if self.depth is None else f"l{self.depth}-"
        return f"{depth}m{self.hidden}-b{self.batch_size}"

    def path(self, file: str) -> str:
        """Return where a file of this setting lies under its experiment's folder."""
        shared = file.startswith(("problems", "matrices"))
        return "/".join(
            [self.study, self.data, file] if shared else [self.study, self.data, self.net, file]
        )


class Plan:
    """The settings of every study of an experiment, and the part of the configuration that each step reads.

    Changing a key of the configuration changes the subsets of those steps alone that read it, which
    is what reruns them and nothing else.

    Parameters
    ----------
    name : str
        The experiment's section in the configuration and its folder under ``results``.
    experiment : Experiment
        That section.
    seed : int
        The configuration's seed.
    """

    def __init__(self, name: str, experiment: Experiment, seed: int) -> None:
        self.name = name
        self._seed = seed
        self._experiment = experiment
        self._by_path = {(s.study, s.data, s.net): s for s in self._settings()}

    def _settings(self) -> list[Setting]:
        experiment = self._experiment
        return [
            Setting(name, d, scale, hidden, batch_size, depth)
            for name, study in experiment.studies.items()
            for d, scale, hidden, batch_size, depth in product(
                study.dims,
                study.column_scales or [experiment.column_scale],
                study.hidden or [experiment.hidden],
                study.batch_sizes or [experiment.batch_size],
                self._depths(name),
            )
        ]

    def _depths(self, study: str) -> list[int] | list[None]:
        """Return the depths of a study; linear networks have none to choose."""
        return [None]

    @property
    def settings(self) -> list[Setting]:
        """All settings, in the order of the configuration."""
        return list(self._by_path.values())

    @property
    def studies(self) -> list[str]:
        """The names of all studies."""
        return list(self._experiment.studies)

    def study(self, name: str) -> list[Setting]:
        """Return the settings of one study."""
        return [setting for setting in self.settings if setting.study == name]

    def files(self, file: str, study: str | None = None) -> list[str]:
        """Return one file of every setting, or of every setting of one study, in the order of the settings.

        Settings that share their data share these files, which are then listed once for each.
        """
        return [
            f"results/{self.name}/{s.path(file)}" for s in self.settings if study in (None, s.study)
        ]

    def only_file(self, file: str, study: str) -> str:
        """Return one file of a study that has one setting, as the studies behind the paper's tables have."""
        (path,) = self.files(file, study)
        return path

    def study_files(self, file: str) -> list[str]:
        """Return one file of every study."""
        return [f"results/{self.name}/{study}/{file}" for study in self.studies]

    def wanted(self, study: str) -> int | None:
        """Return how many valid runs a study asks for, None where it asks for a number of runs instead."""
        return self._experiment.studies[study].valid_runs

    def generate(self, study: str, data: str) -> dict[str, Any]:
        """Return what the data of a setting depend on."""
        setting = next(s for s in self.study(study) if s.data == data)
        chosen = self._experiment.studies[study]
        points = chosen.points or self._experiment.points
        limit = {"auto": self._experiment.max_enumerated_dim, "enumerate": setting.d, "sample": 0}[
            points
        ]
        return {
            "seed": self._seed,
            "experiment": self.name,
            "study": study,
            "d": setting.d,
            "column_scale": setting.column_scale,
            "runs": chosen.runs or chosen.max_runs,
            "sample": None if setting.d <= limit else self._experiment.max_points,
        }

    def train(self, study: str, data: str, net: str) -> dict[str, Any]:
        """Return what the training of a setting depends on."""
        setting, experiment = self._by_path[study, data, net], self._experiment
        chosen = experiment.studies[study]
        return {
            "hidden": setting.hidden,
            "batch_size": setting.batch_size,
            "epochs": chosen.epochs or experiment.epochs,
            "learning_rate": experiment.learning_rate,
            "betas": list(experiment.betas),
            "epsilon": experiment.epsilon,
            "valid_runs": chosen.valid_runs,
        }


class LinearPlan(Plan):
    """The plan of the linear networks."""

    _experiment: LinearExperiment

    def train(self, study: str, data: str, net: str) -> dict[str, Any]:
        """Return what the training of a setting depends on."""
        chosen: LinearStudy = self._experiment.studies[study]
        stop = (
            self._experiment.stop_when_perfect
            if chosen.stop_when_perfect is None
            else chosen.stop_when_perfect
        )
        return super().train(study, data, net) | {
            "stop_when_perfect": stop,
            "keep_weights": chosen.keep_weights,
        }

    def attack(self) -> dict[str, Any]:
        """Return what the comparison with the optimal classifier depends on."""
        linear = self._experiment
        return {
            "optimal_points": linear.optimal_points,
            "optimal_max_nodes": linear.optimal_max_nodes,
        }


class ReluPlan(Plan):
    """The plan of the ReLU networks."""

    _experiment: ReluExperiment

    def _depths(self, study: str) -> list[int] | list[None]:
        chosen: ReluStudy = self._experiment.studies[study]
        return chosen.depths or [self._experiment.depth]

    def train(self, study: str, data: str, net: str) -> dict[str, Any]:
        """Return what the training of a setting depends on."""
        return super().train(study, data, net) | {"depth": self._by_path[study, data, net].depth}

    def probe(self) -> dict[str, Any]:
        """Return what the measures along the segment from b1 to b2 depend on."""
        return {"alphas": self._experiment.alphas, "tolerance": self._experiment.path_tolerance}

    def attack(self) -> dict[str, Any]:
        """Return what the least perturbations depend on."""
        return {"attacked_points": self._experiment.attacked_points}
