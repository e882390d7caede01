import pytest

from fcflow.errors import InputError
from fcflow.minimal.effort import plan_for


def test_each_preset_is_the_start_of_the_next():
    quick, default, thorough = (plan_for(effort) for effort in ("quick", "default", "thorough"))
    assert default[: len(quick)] == quick
    assert thorough[: len(default)] == default
    assert [step.classes for step in thorough] == sorted(step.classes for step in thorough)


@pytest.mark.parametrize("effort", ["", "Quick", 3, None])
def test_other_names_are_refused(effort):
    with pytest.raises(InputError, match="effort must be one of quick, default, thorough"):
        plan_for(effort)
