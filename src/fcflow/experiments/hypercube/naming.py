"""What studies on the hypercube are called where a reader sees them."""

_NAMES = {
    "table1": "Table 1",
    "table2": "Table 2",
    "table3": "Table 3",
    "table4": "Table 4",
    "batch_size": "batch sizes",
    "dimension": "growing d",
    "dimension_high": "large d",
    "dimension_longer": "growing d, trained longer",
    "dimension_small": "small d, trained longer",
    "depth": "more hidden layers",
    "scale": "column scales",
    "width": "widths",
}


def study_name(study: str) -> str:
    """Return a study's name in words, one from the configuration without its underscores.

    Examples
    --------
    >>> study_name("batch_size"), study_name("my_study"), study_name("")
    ('batch sizes', 'my study', '')
    """
    return _NAMES.get(study, study.replace("_", " "))


def study_order(study: str) -> int:
    """Return a study's place among others; those from the configuration come last.

    Examples
    --------
    >>> study_order("table1") < study_order("width") < study_order("my_study")
    True
    """
    return list(_NAMES).index(study) if study in _NAMES else len(_NAMES)
