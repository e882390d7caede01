import pytest

from fcflow.errors import InputError
from fcflow.pairs.listed import listed_pairs

NAMES = ["cat/a.png", "cat/b.png", "dog/a.png", "dog/c.png"]


def test_pairs_are_found_by_names_with_folders_or_without(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("x1,x2\ncat/a.png,c.png\ndog/a.png,cat/b.png\n", encoding="utf-8")
    assert listed_pairs(path, NAMES).tolist() == [[0, 3], [2, 1]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x1,x2\na.png,c.png\n", "several inputs are named a.png; give its folder too"),
        ("x1,x2\nb.png,d.png\n", "there is no input 'd.png'"),
        ("x1,x2\ncat/b.jpg,c.png\n", "no input 'cat/b.jpg', did you mean 'cat/b.png'"),
        ("x1,x2\nb.png,\n", "must have the columns x1 and x2, both filled in"),
        ("a,b\nb.png,c.png\n", "must have the columns x1 and x2, both filled in"),
        ("", "must have the columns x1 and x2, both filled in"),
        (None, "is missing; write it with the columns x1 and x2"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text, told, tmp_path):
    path = tmp_path / "pairs.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught:
        listed_pairs(path, NAMES)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
