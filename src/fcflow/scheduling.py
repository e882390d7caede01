"""How often Snakemake looks for steps that it could start."""

from typing import Any

# The scheduler's method that orders a look for later, as Snakemake spells it.
_ORDER = "_schedule_reevalutation"


def look_again_if_held_back(scheduler: type[Any]) -> None:
    """Let a scheduler order another look at waiting steps only where its limit held some back.

    Snakemake starts at most so many steps a second, and after each look at those that are ready it
    orders one for a second later, whether it held any back or not; every end of a step is a look
    too. So each step that ends adds a chain of looks without end: after 200 steps there are 200 a
    second, which took a quarter of a core from the steps themselves.

    Parameters
    ----------
    scheduler : class
        Snakemake's ``JobScheduler``, which is changed; one without that method stays as it is.

    Examples
    --------
    >>> class Scheduler:
    ...     job_rate_limiter = None
    ...
    ...     def _schedule_reevalutation(self, delay):
    ...         print(f"again in {delay} s")
    >>> look_again_if_held_back(Scheduler)
    >>> Scheduler()._schedule_reevalutation(10)
    again in 10 s
    """
    order = getattr(scheduler, _ORDER, None)
    if order is None or getattr(order, "only_if_held_back", False):
        return

    def order_if_held_back(self: Any, delay: float) -> None:
        limiter = self.job_rate_limiter
        of_limit = limiter is not None and delay == limiter.timespan
        if not (of_limit and limiter.get_free_jobs()):
            order(self, delay)

    order_if_held_back.only_if_held_back = True  # type: ignore[attr-defined]
    setattr(scheduler, _ORDER, order_if_held_back)
