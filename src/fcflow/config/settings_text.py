"""Texts that name settings of the configuration, such as ``batch size {linear.batch_size}``."""

import re
from collections.abc import Mapping
from typing import Any

_NAMED = re.compile(r"\{([a-z]\w*(?:\.\w+)+)\}")


def settings_named_in(text: str) -> list[str]:
    """Return the settings that a text names, in its order.

    Examples
    --------
    >>> settings_named_in("batch size {linear.batch_size}, which the papers do not state")
    ['linear.batch_size']
    """
    return _NAMED.findall(text)


def with_settings(text: str, settings: Mapping[str, Any]) -> str:
    """Return a text with the values of the settings that it names; one not given stays named.

    Examples
    --------
    >>> with_settings("{mnist.train_images} digits, {mnist.epochs}", {"mnist.train_images": 4000})
    '4,000 digits, mnist.epochs'
    """

    def value(name: re.Match[str]) -> str:
        given = settings.get(name[1], name[1])
        return f"{given:,}" if isinstance(given, int) else str(given)

    return _NAMED.sub(value, text)
