"""Errors that a user can correct.

Their messages name the file or key that is at fault, and say what to do.
"""


class FcflowError(Exception):
    """An error whose message is written for the user and needs no traceback."""


class ConfigError(FcflowError):
    """The configuration is not valid; the message has one line for every fault."""


class ArtifactError(FcflowError):
    """A result file is missing, damaged, not from fcflow, or holds values that are not allowed."""


class InputError(FcflowError, ValueError):
    """An argument has the wrong shape, type or range."""


class InputWarning(UserWarning):
    """Some points have no result, or an argument may not be what was meant."""


class SearchLimitError(FcflowError):
    """An exact search stopped at its node limit, so its result may not be the least."""
