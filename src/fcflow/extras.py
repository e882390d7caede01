"""The extra ``fcflow[paper]``: packages that the measures do not need and the workflow does."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from fcflow.errors import MissingExtraError


@contextmanager
def paper_extra() -> Iterator[None]:
    """Name the extra where what is imported below is not installed.

    Raises
    ------
    MissingExtraError
        In place of the ModuleNotFoundError, unless a module of fcflow itself is missing.

    Examples
    --------
    >>> with paper_extra():
    ...     import not_installed.submodule
    Traceback (most recent call last):
    fcflow.errors.MissingExtraError: not_installed is missing; pip install "fcflow[paper]" brings it
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "fcflow").partition(".")[0]
        if package == "fcflow" or isinstance(error, MissingExtraError):
            raise
        raise MissingExtraError(
            f'{package} is missing; pip install "fcflow[paper]" brings it', name=package
        ) from None


def require(*packages: str) -> None:
    """Ask for packages of the extra without importing them.

    Raises
    ------
    MissingExtraError
        If one is not installed.
    """
    with paper_extra():
        for package in packages:
            if find_spec(package) is None:
                raise ModuleNotFoundError(name=package)
