import numpy as np
import pandas as pd
import pytest
from tests.experiments.images.made_up import linear_pairs

from fcflow.artifacts.tables import write_table
from fcflow.errors import ArtifactError
from fcflow.experiments.images.columns import EXPERIMENTS
from fcflow.experiments.theory.schemas import LINEAR_PATHS
from fcflow.paper.identity import IDENTITY, identity_layout, identity_table, read_paths


def paths(*errors, study="table1"):
    n = len(errors)
    rows = {"study": [study] * n, "d": 3, "run": range(n), "seed": 1, "hidden": 4, "batch_size": 8}
    rows |= {
        "gap_x1": 3.0,
        "gap_x2": -1.0,
        "integral": 4.0 + np.array(errors),
        "quadrature_error": errors,
    }
    rows |= {"converged": np.abs(errors) < 1e-6, "largest_output": 2.0}
    return LINEAR_PATHS.frame.validate(pd.DataFrame(rows)[list(LINEAR_PATHS.frame.columns)])


def test_files_are_read_together_with_their_ends_named_alike(tmp_path):
    for name, study in (("a", "one"), ("b", "two")):
        write_table(paths(0.0, study=study), tmp_path / f"{name}.parquet", LINEAR_PATHS, config={})
    found = read_paths("linear", [tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert found["study"].tolist() == ["one", "two"]
    assert found["start"].tolist() == [3.0, 3.0]


def test_errors_are_relative_to_the_change_of_the_gap(tmp_path):
    write_table(paths(0.0, 0.04, -0.4), tmp_path / "a.parquet", LINEAR_PATHS, config={})
    rows = identity_table({"linear": read_paths("linear", str(tmp_path / "a.parquet"))})
    IDENTITY.frame.validate(rows)
    row = rows.iloc[0]
    assert row["largest_relative_error"] == pytest.approx(0.1)
    assert row["median_relative_error"] == pytest.approx(0.01)
    assert (row["paths"], row["converged"]) == (3, 1)
    _, layout = identity_layout(rows)
    assert layout.notes[0].startswith("1 of 3 paths")


def test_a_missing_artifact_is_told(tmp_path):
    with pytest.raises(ArtifactError, match=r"is missing; .* the step check_linear_paths"):
        read_paths("linear", [tmp_path / "gone.parquet"])


def image_paths(*integrals):
    rows = linear_pairs(len(integrals)).assign(gap_x1=3.0, gap_x2=-1.0, integral=integrals)
    return EXPERIMENTS.frame.validate(rows)


@pytest.mark.parametrize("experiment", ["mnist", "imagenet"])
def test_paths_between_images_are_of_one_study_without_a_name(experiment, tmp_path):
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for file, integrals in zip(files, ((4.0, 4.4), (3.0,)), strict=True):
        write_table(image_paths(*integrals), file, EXPERIMENTS, config={})
    rows = identity_table({experiment: read_paths(experiment, files)})
    IDENTITY.frame.validate(rows)
    row = rows.iloc[0]
    assert (len(rows), row["study"], row["paths"], row["median_change"]) == (1, "", 3, 4.0)
    assert row["median_relative_error"] == pytest.approx(0.1)
    assert row["largest_relative_error"] == pytest.approx(0.25)


def test_an_experiment_without_a_path_is_told(tmp_path):
    write_table(paths(0.0), tmp_path / "a.parquet", LINEAR_PATHS, config={})
    write_table(linear_pairs(0), tmp_path / "b.parquet", EXPERIMENTS, config={})
    rows = identity_table(
        {
            name: read_paths(name, str(tmp_path / f"{file}.parquet"))
            for name, file in (("linear", "a"), ("mnist", "b"))
        }
    )
    assert rows["experiment"].tolist() == ["linear"]
    assert identity_layout(rows)[1].notes[-1] == "NO PATH: relu, mnist, imagenet."
