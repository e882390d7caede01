"""Which steps share a job of a cluster.

A job of a cluster costs some seconds of waiting and of loading libraries, so that few jobs of some
minutes are better than many of a second. A pipeline is what leads from the data to an experiment's
or a study's results. Small pipelines share a job; one that is larger than a job gets jobs for each
of its stages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

# Core-seconds of one job: minutes on its few cores.
_JOB_SECONDS = 600.0
# Steps of one stage in one job: Snakemake checks a job's steps against each other.
_JOB_STEPS = 50
# Jobs that one stage is cut into at most, however long it is.
_STAGE_JOBS = 50

Key = tuple[str, ...]


@dataclass(frozen=True)
class Pipeline:
    """Steps that follow from each other.

    Attributes
    ----------
    name : str
    stages : mapping
        From the name of a stage to the core-seconds of each of its parts, by the values of the
        wildcards that name a part. Steps of one part, such as a network's, share its job.
    """

    name: str
    stages: Mapping[str, Mapping[Key, float]]

    @cached_property
    def seconds(self) -> float:
        """The core-seconds of all its steps."""
        return sum(sum(parts.values()) for parts in self.stages.values())

    @property
    def fits_one_job(self) -> bool:
        """Whether all of it is work for one job."""
        longest = max(map(len, self.stages.values()), default=0)
        return self.seconds <= _JOB_SECONDS and longest <= _JOB_STEPS


def assign(pipelines: Sequence[Pipeline]) -> dict[tuple[str, str, Key], str]:
    """Return the job of each part of each stage of each pipeline.

    What is not there has jobs of its own, one a step: the one part of a large pipeline's stage.

    Examples
    --------
    >>> quick = [Pipeline(name, {"all": {("0",): 200.0}}) for name in ("a", "b")]
    >>> jobs = assign([*quick, Pipeline("c", {"all": {("0",): 500.0, ("1",): 500.0}})])
    >>> sorted({(pipeline, job) for (pipeline, _, _), job in jobs.items()})
    [('a', 'steps0'), ('b', 'steps0'), ('c', 'c-all0'), ('c', 'c-all1')]
    """
    jobs: dict[tuple[str, str, Key], str] = {}
    shared, filled = 0, 0.0
    for one in pipelines:
        if not one.fits_one_job:
            jobs |= _cut(one)
            continue
        if filled + one.seconds > _JOB_SECONDS:
            shared, filled = shared + 1, 0.0
        filled += one.seconds
        jobs |= {
            (one.name, stage, part): f"steps{shared}"
            for stage, parts in one.stages.items()
            for part in parts
        }
    return jobs


def _cut(pipeline: Pipeline) -> dict[tuple[str, str, Key], str]:
    jobs = {}
    for stage, parts in pipeline.stages.items():
        if len(parts) == 1:
            continue
        total = sum(parts.values())
        number = max(1, min(_STAGE_JOBS, -(-total // _JOB_SECONDS)), -(-len(parts) // _JOB_STEPS))
        ends = accumulate(parts.values())
        for part, seconds, end in zip(parts, parts.values(), ends, strict=True):
            # The job in which the middle of the part's time lies, if each had an equal share.
            index = min(int(number) - 1, int(number * (end - seconds / 2) / total)) if total else 0
            jobs[pipeline.name, stage, part] = f"{pipeline.name}-{stage}{index}"
    return jobs
