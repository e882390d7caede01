"""What the rules of experiments on images read, as functions of the wildcards."""

from collections.abc import Sequence
from typing import Any

from fcflow.errors import InputError
from fcflow.experiments.images.base_settings import PairsSettings

# The files of a network, and of each of its jobs, that are made into one.
_AGGREGATED = {
    "answers": ("answers.parquet", False),
    "pairs": ("pairs.parquet", False),
    "summaries": ("summary.parquet", False),
    "ends": ("ends.safetensors", False),
    "curves": ("curves.parquet", True),
    "paths": ("paths.parquet", True),
    "attacks": ("attacks.parquet", True),
    "perturbations": ("perturbations.safetensors", True),
}


class ImagesInputs:
    """The experiments on images that a configuration holds, for their rules.

    Parameters
    ----------
    section : section
        The configuration's ``images``.
    """

    def __init__(self, section: Any) -> None:
        self.own = list(section.model_extra or {})
        self.names = [*type(section).model_fields, *self.own]
        self._section = section

    def target(self, experiment: str) -> list[str]:
        """Return what an experiment's target asks for; of the user's own, its page."""
        # A name that cannot be an input is told now: where results are there, Snakemake would take
        # the failure of a function for files that nothing makes.
        _local(self._section_of(experiment).network_files(experiment, "0").get("checkpoint", []))
        files = [f"results/{experiment}/experiments.parquet"]
        return [*files, f"results/{experiment}/page.html"] if experiment in self.own else files

    def files_digest(self, wildcards: Any) -> str:
        """Return what changes with the files of one's own data."""
        digest: str = self._settings(wildcards).data_digest()  # type: ignore[attr-defined]
        return digest

    def network(self, wildcards: Any) -> dict[str, list[Any]]:
        """Return what the network of a step is loaded from, the user's checkpoint included."""
        settings = self._settings(wildcards)
        files = settings.network_files(wildcards.experiment, wildcards.get("network", "0"))
        return files | {"checkpoint": _local(files.get("checkpoint", []))}

    def user_files(self, experiment: str) -> list[Any]:
        """Return the files of the user's that a step reads."""
        return _local(getattr(self._section, experiment).user_files())

    def everything(self, wildcards: Any) -> dict[str, list[str]]:
        """Return what was made of every network, and of each of its jobs, by kind."""
        settings = self._settings(wildcards)
        return {
            kind: settings.files(wildcards.experiment, file, of_parts=of_parts)
            for kind, (file, of_parts) in _AGGREGATED.items()
        }

    def _settings(self, wildcards: Any) -> PairsSettings:
        return self._section_of(wildcards.experiment)

    def _section_of(self, experiment: str) -> PairsSettings:
        settings: PairsSettings = getattr(self._section, experiment)
        return settings


def _local(files: Sequence[str]) -> list[Any]:
    """Return files of the user's, which are where they are wherever a module's results lie."""
    from snakemake.io import contains_wildcard, local

    for file in files:
        if contains_wildcard(file):  # it has no way to write them as characters
            raise InputError(
                f"{file}: Snakemake takes what is in braces for a wildcard; give the file another"
                " name"
            )
    return [local(file) for file in files]
