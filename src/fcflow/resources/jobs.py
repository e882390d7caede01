"""What the rules ask of a cluster: a rule's resources, and the job that its steps share."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import takewhile
from typing import Any

from fcflow.experiments.ablations.settings import Settings as AblationsSettings
from fcflow.experiments.dimension.settings import Settings as DimensionSettings
from fcflow.experiments.hypercube.studies import Experiment
from fcflow.experiments.images.base_settings import PairsSettings
from fcflow.experiments.vulnerability.networks.settings import Settings as VulnerabilitySettings
from fcflow.provenance.device import gpus_to_request, has_gpu
from fcflow.resources import theory
from fcflow.resources.ablations import AblationsNeeds
from fcflow.resources.dimension import DimensionNeeds
from fcflow.resources.hypercube import HypercubeNeeds
from fcflow.resources.images import ImagesNeeds
from fcflow.resources.needs import Needs
from fcflow.resources.pipelines import Key, Pipeline, assign
from fcflow.resources.vulnerability import VulnerabilityNeeds
from fcflow.workflow import Workflow

_ROOMS: tuple[tuple[type, type], ...] = (
    (Experiment, HypercubeNeeds),
    (DimensionSettings, DimensionNeeds),
    (PairsSettings, ImagesNeeds),
    (VulnerabilitySettings, VulnerabilityNeeds),
    (AblationsSettings, AblationsNeeds),
)
# What ``group-components`` calls the jobs that steps share. Steps that do not depend on each other
# share one up to the number that it is given there, by default as many as there are.
SHARED = "steps"
_ALL = 10**6
PAPER = "paper"  # the job of what is made from all experiments
FIRST = "steps0"
# What a profile says of a job among its default resources, because ``cores`` and ``resources`` are
# those of the default profile, which wins over every other.
_CORES, _GPUS = "cores_per_job", "gpus_per_job"
_VARIABLES = {name: f"FCFLOW_{name.upper()}" for name in (_CORES, _GPUS)}


class ClusterJobs:
    """The jobs of one invocation of Snakemake.

    Parameters
    ----------
    plan : Workflow
    workflow : snakemake.workflow.Workflow
        As in the Snakefile.
    """

    def __init__(self, plan: Workflow, workflow: Any) -> None:
        self._plan = plan
        self._workflow = workflow
        self._rooms: dict[str, Any] = {}
        self._needs: dict[tuple[Any, ...], Needs] = {}
        self._jobs: dict[tuple[str, str, Key], str] | None = None
        # A number of nodes is given to an executor that submits, also where it only plans.
        self._submits = workflow.resource_settings.nodes is not None
        self._limits = self._take_limits()
        # The groups of rules whose steps are always in the same job.
        self.paper = PAPER if self._submits else None
        self.first = FIRST if self._submits else None
        if self._submits or workflow.remote_exec:
            self._limit_jobs()
        self.gpu = self._gpu(plan.config.device)

    @property
    def shares_libraries(self) -> bool:
        """Whether this process runs several steps of a cluster's job, rather than hand them on."""
        return self._workflow.remote_exec and not self._submits and _given_steps(sys.argv) > 1

    def needs(self, rule: str | None = None, section: str | None = None) -> dict[str, Any]:
        """Return a rule's resources, as functions of its wildcards and the attempt.

        Parameters
        ----------
        rule : str, optional
            Its name, that of a method of the room's needs; else it reads tables and writes some.
        section : str, optional
            The section of the configuration, perhaps with a wildcard, such as
            ``images.{experiment}``.
        """
        if rule is None or section is None:
            return self._resources(lambda wildcards: Needs())
        return self._resources(
            lambda wildcards: getattr(self._room(section, wildcards), rule)(
                **dict(wildcards.items())
            )
        )

    def simulation(self) -> dict[str, Any]:
        """Return the resources of the rule that simulates what its wildcard ``name`` names."""
        return self._resources(lambda wildcards: theory.simulation(self._simulated(wildcards.name)))

    def group(self, stage: str, section: str | None = None) -> Callable[[Any], str | None] | None:
        """Return a rule's group, as a function of its wildcards; nothing where steps run locally.

        Parameters
        ----------
        stage : str
            The stage of the section's pipelines to which the rule belongs; ``all`` for what is made
            from all of them.
        section : str, optional
            As in :meth:`needs`; left out, the pipeline is named by the wildcard ``name``.
        """
        if not self._submits:
            return None

        def job(wildcards: Any) -> str | None:
            if section is None:
                return self._assigned().get((wildcards.name, stage, ()))
            if stage == "all":
                return PAPER if self._is_small(section.format(**dict(wildcards.items()))) else None
            place = self._room(section, wildcards).place(stage, dict(wildcards.items()))
            return self._assigned().get(place)

        return job

    def _assigned(self) -> dict[tuple[str, str, Key], str]:
        if self._jobs is None:
            self._jobs = assign(self._pipelines())
            names = dict.fromkeys([*self._jobs.values(), PAPER, FIRST], SHARED)
            self._workflow.parent_groupids.update(names)
            # Snakemake hands this to no process that runs a job, which would cut it up again.
            settings = self._workflow.group_settings
            settings.group_components = {SHARED: _ALL, **settings.group_components}
        return self._jobs

    @cache  # noqa: B019 (there is one object, which lives as long as the process)
    def _is_small(self, section: str) -> bool:
        """Return whether all pipelines of a section are; Snakemake is slow with large groups."""
        return all(one.fits_one_job for one in self._room_of(section).pipelines())

    def _pipelines(self) -> list[Pipeline]:
        simulated = {name: self._simulated(name) for name in self._plan.names("simulation")}
        pipelines = theory.pipelines(simulated)
        for name in self._plan.sections():
            if room := self._room_of(name):
                pipelines += room.pipelines()
        return pipelines

    def _simulated(self, name: str) -> Any:
        return self._plan.section_of("simulation", name)

    def _room(self, section: str, wildcards: Any) -> Any:
        return self._room_of(section.format(**dict(wildcards.items())))

    def _room_of(self, name: str) -> Any:
        """Return the needs of a section's steps, or nothing where no room has any."""
        if name not in self._rooms:
            section = self._plan.section(name)
            kinds = [needs for kind, needs in _ROOMS if isinstance(section, kind)]
            self._rooms[name] = kinds[0](name, section) if kinds else None
        return self._rooms[name]

    def _resources(self, needs: Callable[[Any], Needs]) -> dict[str, Any]:
        known: dict[tuple[str, ...], Needs] = {}

        def of(wildcards: Any) -> Needs:
            key = tuple(wildcards)
            if key not in known:
                known[key] = needs(wildcards)
            return known[key]

        return {
            "mem_mb": lambda wildcards, attempt: of(wildcards).memory(attempt),
            "runtime": lambda wildcards, attempt: of(wildcards).minutes(attempt),
        }

    def _gpu(self, device: str) -> int:
        """Return how many GPUs a step that can use one asks for.

        Where the step runs, that is whether its job was granted one; where it is submitted, whether
        there is one to ask for.
        """
        if not self._submits or not self._workflow.is_main_process:
            return int(has_gpu(device))
        return gpus_to_request(device, self._limits[_GPUS])

    def _take_limits(self) -> dict[str, int]:
        """Take what a job may have from the default resources: no step asks for it.

        A job has it from its environment, which is that of the process that submits it.
        """
        settings, limits = self._workflow.resource_settings, {_CORES: 1, _GPUS: 0}
        if not self._workflow.is_main_process:
            return {name: int(os.environ.get(_VARIABLES[name], limits[name])) for name in limits}
        given = settings.default_resources or {}
        limits |= {name: int(given[name].raw) for name in limits if name in given}
        if given:
            others = {name: value for name, value in given.items() if name not in limits}
            settings.default_resources = type(given)(others)
        if self._submits:
            os.environ.update({_VARIABLES[name]: str(value) for name, value in limits.items()})
        return limits

    def _limit_jobs(self) -> None:
        """Let the steps of a job have as many cores and GPUs at a time as the profile says."""
        self._workflow.global_resources["_cores"] = self._limits[_CORES]
        self._workflow.global_resources["gpu"] = max(1, self._limits[_GPUS])


def _given_steps(arguments: Sequence[str]) -> int:
    """Return how many steps Snakemake's command line names; it has no settings yet that do.

    Examples
    --------
    >>> _given_steps(["snakemake", "--target-jobs", "a:x=1", "a:x=2", "--cores", "all"])
    2
    """
    option = "--target-jobs"
    if option not in arguments:
        return 0
    named = arguments[arguments.index(option) + 1 :]
    return len(list(takewhile(lambda one: not one.startswith("--"), named)))
