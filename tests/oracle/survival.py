"""Kaplan-Meier by lifelines: what the warehouse's curves and quartiles are held against."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from lifelines import KaplanMeierFitter

QUARTILES = (0.75, 0.5, 0.25)
"""Share still waiting at the lower quartile, the median and the upper quartile."""
CLOSE = 1e-9


@dataclass(frozen=True)
class Curve:
    """A curve: by day (at risk, events, censored, survival), and the day and the number at risk of each quartile."""

    steps: dict[int, tuple[int, int, int, float]]
    quartiles: tuple[tuple[int | None, int | None], ...]


def kaplan_meier(waits: Iterable[tuple[int, bool]]) -> Curve:
    """The curve of waits: days, and whether what was waited for came."""
    days, came = zip(*waits, strict=True)
    fitted = KaplanMeierFitter().fit(days, came)
    survival = fitted.survival_function_.iloc[:, 0]
    steps = {
        int(day): (int(row.at_risk), int(row.observed), int(row.censored), float(survival.loc[day]))
        for day, row in fitted.event_table.iterrows()
        if row.removed
    }
    quartiles = tuple(_quartile(fitted, steps, share) for share in QUARTILES)
    return Curve(steps, quartiles)


def _quartile(fitted: KaplanMeierFitter, steps: dict, share: float) -> tuple[int | None, int | None]:
    """The first day after which no more than a share waits, and how many were at risk on it.

    lifelines compares floating-point numbers: where a curve comes to lie on the share itself, it may see it there or a
    hair above. Everywhere else its own percentile has to be this day.
    """
    first = next((day for day in sorted(steps) if steps[day][3] <= share + CLOSE), None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        percentile = fitted.percentile(share)
    if first is None:
        assert percentile == float("inf")
        return None, None
    assert percentile == first or abs(steps[first][3] - share) <= CLOSE
    return first, steps[first][0]
