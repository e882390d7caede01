"""How many points go through a model at once."""

from collections.abc import Iterator

# As many as keep a core busy with the small networks; a large one is given fewer by its memory.
DEFAULT_BATCH = 64


def chunks(n: int, batch: int) -> Iterator[slice]:
    """Yield the slices of at most ``batch`` that cover ``n`` evaluations.

    Examples
    --------
    >>> [(part.start, part.stop) for part in chunks(5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, n, batch):
        yield slice(start, min(start + batch, n))
