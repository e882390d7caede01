"""Which steps share a job."""

from fcflow.resources.pipelines import Pipeline, assign


def pipeline(name: str, parts: int, seconds: float) -> Pipeline:
    networks = {(str(n),): seconds for n in range(parts)}
    return Pipeline(name, {"data": {(): 1.0}, "networks": networks})


def test_small_pipelines_share_jobs_of_ten_minutes():
    jobs = assign([pipeline(name, 2, 100.0) for name in "abcdef"])
    assert {(name, job) for (name, _, _), job in jobs.items()} == {
        *(("a", "steps0"), ("b", "steps0"), ("c", "steps1")),
        *(("d", "steps1"), ("e", "steps2"), ("f", "steps2")),
    }


def test_a_large_pipeline_has_jobs_of_about_ten_minutes():
    jobs = assign([pipeline("large", 100, 60.0)])
    shares = [list(jobs.values()).count(job) for job in set(jobs.values())]
    assert shares == [10] * 10


def test_many_short_steps_are_few_jobs_and_long_ones_not_more_than_fifty():
    assert len(set(assign([pipeline("short", 1000, 0.5)]).values())) == 20
    assert len(set(assign([pipeline("long", 1000, 7200.0)]).values())) == 50


def test_the_one_part_of_a_large_pipelines_stage_is_in_no_job():
    assert ("large", "data", ()) not in assign([pipeline("large", 100, 60.0)])


def test_every_part_of_other_stages_is_in_a_job():
    large = pipeline("large", 333, 17.0)
    jobs = assign([large])
    assert {part for _, _, part in jobs} == {*large.stages["networks"]}
    # Neighbours share a job: they often share their data.
    numbers = [int(job.rpartition("networks")[2]) for job in jobs.values()]
    assert numbers == sorted(numbers)
