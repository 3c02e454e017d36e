"""Families in which children come to the authority's notice together: who is whose sibling, and when each was born."""

from collections.abc import Mapping

import numpy as np

from include.sample.chance import between, draw, draw_band

_SIZES = {1: 56, 2: 25, 3: 12, 4: 5, 5: 2}


def families(rng: np.random.Generator, count: int, alone: np.ndarray | None = None) -> np.ndarray:
    """The family of each of `count` children, numbered from 0: siblings stand together. Those in `alone` have none."""
    sizes = draw(rng, _SIZES, count)
    family = np.repeat(np.arange(count), sizes)[:count]
    if alone is not None:
        family = np.where(alone, count + np.arange(count), family)
    return np.unique(family, return_inverse=True)[1].astype(np.int64)


def together(values: np.ndarray, family: np.ndarray) -> np.ndarray:
    """Each child's value replaced by that of the first of the family."""
    first = np.unique(family, return_index=True)[1]
    return values[first][family]


def ages_in_days(
    rng: np.random.Generator, bands: Mapping[tuple[int, int], int], family: np.ndarray, oldest: int
) -> np.ndarray:
    """Each child's age in days: the first of a family of a band (from, to, in days), the others around it."""
    edges = draw_band(rng, bands, len(family))
    age = between(rng, edges[:, 0], edges[:, 1], len(family))
    eldest = together(age, family)
    first = np.unique(family, return_index=True)[1]
    place = np.arange(len(family)) - first[family]
    apart = place * between(rng, 330, 1100, len(family))
    younger = eldest - apart
    # where there is no room below, the sibling is older
    age = np.where(place == 0, age, np.where(younger >= 3, younger, eldest + apart))
    return np.clip(age, None, oldest - between(rng, 0, 200, len(family)))
