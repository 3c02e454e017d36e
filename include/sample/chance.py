"""Chance that is the same on every machine: integers and plain arithmetic only, a stream of its own per subject."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd


def stream(seed: int, subject: str) -> np.random.Generator:
    """Random numbers for one subject, so that a change to one table leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(subject.encode())]))


def draw(rng: np.random.Generator, weights: Mapping, count: int) -> np.ndarray:
    """`count` of the keys of `weights`, drawn in proportion to their whole-number weights."""
    return np.repeat(np.array(list(weights)), list(weights.values()))[rng.integers(0, sum(weights.values()), count)]


def pick(rng: np.random.Generator, weights: Mapping[str, int], count: int) -> pd.Categorical:
    """As `draw`, as codes that take one byte a row."""
    places = np.repeat(np.arange(len(weights), dtype=np.int8), list(weights.values()))
    return coded(places[rng.integers(0, len(places), count)], tuple(weights))


def coded(places: np.ndarray, codes: Sequence[str]) -> pd.Categorical:
    """Codes by their place in `codes`; -1 is none."""
    kind = np.int8 if len(codes) < 128 else np.int16 if len(codes) < 1 << 15 else np.int32
    return pd.Categorical.from_codes(np.asarray(places, dtype=kind), categories=pd.Index(codes, dtype=object))


def flags(yes: np.ndarray, *, among: np.ndarray | None = None, otherwise: str | None = None) -> pd.Categorical:
    """Y or N; outside `among` what `otherwise` says (NA), or nothing."""
    places = np.where(yes, 0, 1)
    if among is not None:
        places = np.where(among, places, -1 if otherwise is None else 2)
    return coded(places, ("Y", "N", "NA"))


def chance(rng: np.random.Generator, percent: float, count: int) -> np.ndarray:
    """`count` flags, each true with `percent` in a hundred (to a tenth)."""
    return rng.integers(0, 1000, count) < round(percent * 10)


def between(rng: np.random.Generator, low: np.ndarray | int, high: np.ndarray | int, count: int) -> np.ndarray:
    """`count` whole numbers from `low` to `high`, both included; `low` where `high` is less."""
    low = np.broadcast_to(np.asarray(low, dtype=np.int64), count)
    span = np.maximum(np.asarray(high, dtype=np.int64) - low, 0) + 1
    return (low + rng.integers(0, 1 << 31, count) % span).astype(np.int32)


def choose(rng: np.random.Generator, among: np.ndarray, quota: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Positions of `quota` of the rows flagged in `among` (of all, where they are fewer), the likelier the heavier."""
    rows = np.flatnonzero(among)
    keys = rng.random(len(among))[rows]
    if weights is not None:
        keys = keys / weights[rows]
    order = np.argsort(keys, kind="stable")[: max(quota, 0)]
    return np.sort(rows[order])


def fit(rng: np.random.Generator, flagged: np.ndarray, among: np.ndarray, quota: int) -> np.ndarray:
    """`flagged` with as few rows of `among` changed as make exactly `quota` of them true (as near as they allow)."""
    fitted = flagged.copy()
    surplus = int((fitted & among).sum()) - quota
    if surplus > 0:
        fitted[choose(rng, fitted & among, surplus)] = False
    else:
        fitted[choose(rng, ~fitted & among, -surplus)] = True
    return fitted


def numbers_within(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For so many rows each: the position of each row's owner, and its own number among the owner's, from 0."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def draw_band(rng: np.random.Generator, bands: Mapping[tuple[int, int], int], count: int) -> np.ndarray:
    """`count` of the bands, one a row, in proportion to their weights."""
    edges = np.repeat(np.array(list(bands)), list(bands.values()), axis=0)
    return edges[rng.integers(0, len(edges), count)]
