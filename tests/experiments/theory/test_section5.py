import pandas as pd
import pytest

from fcflow.artifacts.tables import read_table, write_table
from fcflow.errors import ArtifactError
from fcflow.experiments.theory.section5.columns import IDENTITY, LINEAR_PATHS
from fcflow.experiments.theory.section5.tables import identity
from fcflow.steps import step_of

READS = {name: located.schema for name, located in step_of(identity).reads.items()}
OTHERS = {name: schema.table([]) for name, schema in READS.items() if name != "linear"}


def paths(*errors, study="table1"):
    rows = [
        {
            **{"study": study, "d": 3, "run": run, "seed": 1, "hidden": 4, "batch_size": 8},
            **{"gap_x1": 3.0, "gap_x2": -1.0, "integral": 4.0 + error, "quadrature_error": error},
            **{"converged": abs(error) < 1e-6, "largest_output": 2.0},
        }
        for run, error in enumerate(errors)
    ]
    return LINEAR_PATHS.frame.validate(LINEAR_PATHS.table(rows))


def test_errors_are_relative_to_the_change_of_the_gap():
    rows, _, layout = identity(linear=paths(0.0, 0.04, -0.4), **OTHERS)
    IDENTITY.frame.validate(rows)
    row = rows.iloc[0]
    assert row["largest_relative_error"] == pytest.approx(0.1)
    assert row["median_relative_error"] == pytest.approx(0.01)
    assert (row["paths"], row["converged"]) == (3, 1)
    assert layout.notes[0].startswith("1 of 3 paths")


def test_a_missing_artifact_is_told(tmp_path):
    with pytest.raises(ArtifactError, match=r"is missing; .* the step check_linear_paths"):
        read_table(tmp_path / "gone.parquet", READS["linear"])


def runs(schema, *integrals, **others):
    """Return rows of an experiment: what the identity does not read is 1, or missing."""
    filled = {
        name: None if column.nullable else "x" if "str" in str(column.dtype) else 1
        for name, column in schema.frame.columns.items()
    }
    ends = {"gap_x1": 3.0, "gap_x2": -1.0, "gap_b1": 3.0, "gap_b2": -1.0, "converged": True}
    filled |= {name: value for name, value in ends.items() if name in filled}
    return schema.table([filled | others | {"integral": integral} for integral in integrals])


def test_studies_are_told_apart_whatever_the_ends_are_called(tmp_path):
    relu = [runs(READS["relu"], 4.0, study="one"), runs(READS["relu"], 3.0, 3.0, study="two")]
    relu = pd.concat(relu, ignore_index=True)
    write_table(relu, tmp_path / "relu.parquet", READS["relu"], config={})
    frames = OTHERS | {"relu": read_table(tmp_path / "relu.parquet", READS["relu"])}
    rows, _, _ = identity(linear=paths(0.0), **frames)
    assert rows["study"].tolist() == ["table1", "one", "two"]
    assert rows["paths"].tolist() == [1, 1, 2]
    assert rows["median_change"].tolist() == [4.0] * 3
    assert rows["largest_relative_error"].tolist() == pytest.approx([0.0, 0.0, 0.25])


@pytest.mark.parametrize("experiment", ["mnist", "imagenet"])
def test_paths_between_images_are_of_one_study_without_a_name(experiment, tmp_path):
    schema = READS[experiment]
    write_table(runs(schema, 4.0, 4.4, 3.0), tmp_path / "a.parquet", schema, config={})
    frames = OTHERS | {experiment: read_table(tmp_path / "a.parquet", schema)}
    rows, _, _ = identity(linear=paths(), **frames)
    IDENTITY.frame.validate(rows)
    row = rows.iloc[0]
    assert (len(rows), row["study"], row["paths"], row["median_change"]) == (1, "", 3, 4.0)
    assert row["median_relative_error"] == pytest.approx(0.1)
    assert row["largest_relative_error"] == pytest.approx(0.25)


def test_an_experiment_without_a_path_is_told():
    rows, _, layout = identity(linear=paths(0.0), **OTHERS)
    assert rows["experiment"].tolist() == ["linear"]
    assert layout.notes[-1] == "NO PATH: relu, mnist, imagenet."
