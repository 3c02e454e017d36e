"""What a reader of a published table can work out of its hidden cells: an integer programme over the totals.

The reader knows every number that is shown, that cells add up to totals, and more than is printed: which hidden cells
are small (1 to the largest that is hidden), and which were hidden to protect them (more than that). Of a line or a
table that is hidden whole the reader knows only that nothing is negative. Whoever knows less can work out less.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

LARGEST = 5
"""Counts from 1 to this are hidden."""
WIDTH = 2
"""At least this stays between the smallest and the largest that a hidden count can be: suppression_least_width."""
MANY = 1_000_000
BOUNDS = {"small": (1, LARGEST), "protects": (LARGEST + 1, MANY), "whole": (0, MANY)}
"""By reason for hiding, what a reader knows of a number."""
TOTAL = "total"

Key = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A number of a table, by row and column: how many, and why it is hidden (None: it is shown)."""

    count: int
    hidden_because: str | None


def ranges(table: dict[Key, Shown]) -> dict[Key, tuple[int, int]]:
    """The smallest and the largest that each hidden number of a table can be, totals included.

    Rows and columns add up to their totals where these are in the table; all of it to the total of all.
    """
    keys = list(table)
    place = {key: number for number, key in enumerate(keys)}
    inner = [key for key in keys if TOTAL not in key]
    sums = []
    for key in keys:
        if TOTAL not in key:
            continue
        parts = [part for part in inner if key[0] in (part[0], TOTAL) and key[1] in (part[1], TOTAL)]
        row = np.zeros(len(keys))
        row[[place[part] for part in parts]] = 1
        row[place[key]] = -1
        sums.append(row)
    known = [
        BOUNDS[number.hidden_because] if number.hidden_because else (number.count, number.count)
        for number in table.values()
    ]
    bounds = Bounds([low for low, _ in known], [high for _, high in known])
    constraints = [LinearConstraint(np.array(sums), 0, 0)] if sums else []
    found = {}
    for key, number in table.items():
        if number.hidden_because:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(keys))
                aim[place[key]] = sign
                solved = milp(aim, constraints=constraints, bounds=bounds, integrality=np.ones(len(keys)))
                assert solved.success, "a table that is what it is must be possible"
                ends.append(round(sign * solved.fun))
            found[key] = (ends[0], ends[1])
    return found
