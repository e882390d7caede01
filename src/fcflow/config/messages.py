"""Faults of a configuration in words."""

import difflib
from collections.abc import Collection
from typing import Any

_MESSAGES = {
    "greater_than_equal": "must be ≥ {ge}",
    "greater_than": "must be > {gt}",
    "less_than_equal": "must be ≤ {le}",
    "less_than": "must be < {lt}",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be a section of keys",
    "model_type": "must be a section of keys",
    "finite_number": "must be finite",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "must be a name of small letters, digits and _",
}


def message(fault: Any) -> str:
    """Return what one of pydantic's faults says, beside the key at fault."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("too_short", "too_long"):
        if context["actual_length"] == 0:
            return "must not be empty"
        bound = context.get("min_length", context.get("max_length"))
        return f"must have {bound} entries, got {context['actual_length']}"
    words = str(_MESSAGES.get(kind, fault["msg"])).format(**context)
    return f"{words}, got {fault['input']!r}"


def hint(name: str, known: Collection[str]) -> str:
    """Return what follows a word that is not known: the nearest one that is, or all of them.

    Examples
    --------
    >>> hint("stps", ["steps", "share"]), hint("zzz", ["steps", "share"])
    (", did you mean 'steps'?", '; known are steps, share')
    """
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
