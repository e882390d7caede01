"""What the rules of experiments on images read, as functions of the wildcards."""

from collections.abc import Callable
from typing import Any

from fcflow.experiments.images.base_settings import ImagesSettings


class ImagesInputs:
    """The experiments on images that a configuration holds, for their rules.

    Parameters
    ----------
    section : section
        The configuration's ``images``.
    """

    def __init__(self, section: Any) -> None:
        self.names = list(type(section).model_fields)
        self._section = section

    def network(self, wildcards: Any) -> dict[str, list[Any]]:
        """Return what the network of a step is loaded from, the user's checkpoint included."""
        from snakemake.io import local  # of the user's, wherever a module's results lie

        settings = self._settings(wildcards)
        files = settings.network_files(wildcards.experiment, wildcards.network)
        return files | {"checkpoint": [local(file) for file in files.get("checkpoint", [])]}

    def files(self, file: str, *, of_parts: bool = False) -> Callable[[Any], list[str]]:
        """Return one file of every network, or of each of its jobs."""
        return lambda wildcards: self._settings(wildcards).files(
            wildcards.experiment, file, of_parts=of_parts
        )

    def _settings(self, wildcards: Any) -> ImagesSettings:
        settings: ImagesSettings = getattr(self._section, wildcards.experiment)
        return settings
