"""Targets that are not there are told before any job, with those that are."""

import pytest

pytestmark = pytest.mark.snakemake


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("linear/mien/probes.parquet", "linear has no study 'mien'; there are table1, "),
        ("linear/table1/d99-s5/problems.parquet", "linear has no data 'd99-s5' in table1"),
        (
            "linear/table1/d3-s5/m7-b64/training.parquet",
            "linear has no network 'm7-b64' in table1/d3-s5",
        ),
        ("mnist/network7/training.parquet", "mnist has no network '7'; there is 0"),
        (
            "vulnerability/pooling/max_pol-relu-14-plain/networks.parquet",
            "vulnerability has no setting 'max_pol-relu-14-plain' in pooling, did you mean"
            " 'max_pool-relu-14-plain'?",
        ),
    ],
)
def test_a_target_of_no_setting_is_refused_in_the_dry_run(fresh, target, message):
    done = fresh.snakemake("--dry-run", f"results/{target}")
    assert done.returncode != 0
    assert message in done.stdout
    assert "Job stats" not in done.stdout
