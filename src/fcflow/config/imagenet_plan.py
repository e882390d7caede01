"""What each step of the ImageNet experiment computes and depends on, read off the configuration."""

from pathlib import Path
from typing import Any

from fcflow.config.imagenet import ImagenetExperiment

_NETWORK = {"model", "weights", "weights_sha256"}


class ImagenetPlan:
    """The jobs of the ImageNet experiment, and the part of the configuration that each of its steps reads.

    Parameters
    ----------
    experiment : ImagenetExperiment
        Its section in the configuration.
    """

    def __init__(self, experiment: ImagenetExperiment) -> None:
        self._experiment = experiment

    def files(self, file: str) -> list[str]:
        """Return one file of every job."""
        return [f"results/imagenet/part{part}/{file}" for part in range(self._experiment.jobs)]

    def inputs(self) -> list[str]:
        """Return the files of the user's that are there: local weights, images and their labels.

        What is not there is told by the step that reads it, with what is to be put where.
        """
        places = [Path(each.folder) for each in self._experiment.folders]
        local = [Path(self._experiment.weights)] + [
            file for place in places for file in sorted(place.glob("*"))
        ]
        return [str(file) for file in local if file.is_file()]

    def prepare(self) -> dict[str, Any]:
        """Return what the images, their classes and their pairs depend on."""
        chosen = {
            "image_size",
            "crop",
            "images",
            "folders",
            "sources",
            "targets",
            "max_pairs",
            "shown_pairs",
        }
        return self._subset(_NETWORK | chosen | {"memory_gb"})

    def probe(self, part: str) -> dict[str, Any]:
        """Return what the measures along the paths of one job's pairs depend on."""
        return self._subset(
            _NETWORK | {"gammas", "path_tolerance", "max_gradients", "memory_gb"}
        ) | self._share(part)

    def attack(self, part: str) -> dict[str, Any]:
        """Return what the attacks on one job's pairs depend on."""
        steps = {
            "iterated_step",
            "iterated_steps",
            "ddn_steps",
            "minimal_steps",
            "minimal_restarts",
        }
        return self._subset(_NETWORK | steps | {"memory_gb"}) | self._share(part)

    def _subset(self, keys: set[str]) -> dict[str, Any]:
        return self._experiment.model_dump(include=keys)

    def _share(self, part: str) -> dict[str, Any]:
        return {"part": int(part), "parts": self._experiment.jobs}
