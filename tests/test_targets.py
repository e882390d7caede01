import pytest

from fcflow.errors import FcflowError
from fcflow.targets import check_target

STUDIES = {"table1": ["d3-s5", "d6-s5"], "table2": ["d3-s5"]}
KNOWN = {
    "linear": [
        {"study": study, "data": data, "net": "m24-b64"}
        for study, every in STUDIES.items()
        for data in every
    ],
    "mnist": [{"network": str(i)} for i in range(30)],
    "empty": [],
}


@pytest.mark.parametrize(
    ("experiment", "wildcards", "message"),
    [
        ("linear", {"study": "mien"}, "linear has no study 'mien'; there are table1, table2"),
        (
            "linear",
            {"study": "tabel2", "data": "d3-s5"},
            "linear has no study 'tabel2', did you mean 'table2'? There are table1, table2",
        ),
        (
            "linear",
            {"study": "table1", "data": "q"},
            "linear has no data 'q' in table1; there are d3-s5, d6-s5",
        ),
        (
            "linear",
            {"study": "table2", "data": "d6-s5"},
            "linear has no data 'd6-s5' in table2, did you mean 'd3-s5'? There is d3-s5",
        ),
        (
            "linear",
            {"study": "table1", "data": "d3-s5", "net": "m7-b8"},
            "linear has no network 'm7-b8' in table1/d3-s5; there is m24-b64",
        ),
        ("mnist", {"network": "x"}, "mnist has no network 'x'; there are 0, 1, 2, "),
    ],
)
def test_a_setting_that_there_is_not_is_told_with_those_that_there_are(
    experiment, wildcards, message
):
    with pytest.raises(FcflowError) as caught:
        check_target(experiment, wildcards, KNOWN)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("experiment", "wildcards"),
    [
        ("linear", {"study": "table1", "data": "d6-s5", "net": "m24-b64"}),
        ("linear", {"name": "whatever"}),
        ("mnist", {"network": "29"}),
        ("theory", {"study": "mien"}),
        ("empty", {"study": "mien"}),
    ],
)
def test_settings_that_there_are_and_what_others_know_pass(experiment, wildcards):
    check_target(experiment, wildcards, KNOWN)
