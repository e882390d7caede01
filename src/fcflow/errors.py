"""What can go wrong on the user's side, each as one message that names the file or key and what to do."""


class FcflowError(Exception):
    """Any error whose message is meant for the user, and needs no traceback beside it."""


class ConfigError(FcflowError):
    """The configuration is not valid; the message holds one line for each fault."""


class ArtifactError(FcflowError):
    """A result file is missing, damaged, foreign or holds values that it must not hold."""


class InputError(FcflowError, ValueError):
    """An argument has the wrong shape, type or range."""


class SearchLimitError(FcflowError):
    """An exact search was stopped at its node limit, so that its result is not proved to be the least."""
