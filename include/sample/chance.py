"""Chance that is the same on every machine: integers and plain arithmetic only, a stream of its own per subject."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np


def stream(seed: int, subject: str) -> np.random.Generator:
    """Random numbers for one subject, so that a change to one table leaves the others as they are."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(subject.encode())]))


def pick(rng: np.random.Generator, weights: Mapping[str, int], count: int) -> np.ndarray:
    """`count` of the keys of `weights`, drawn in proportion to their whole-number weights."""
    return np.repeat(list(weights), list(weights.values()))[rng.integers(0, sum(weights.values()), count)]


def any_of(rng: np.random.Generator, values: Sequence | np.ndarray, count: int) -> np.ndarray:
    """`count` of the values, each equally likely."""
    return np.asarray(values)[rng.integers(0, len(values), count)]


def pick_each(rng: np.random.Generator, choices: Sequence[Sequence[str]]) -> list[str]:
    """One of each row's own choices, equally likely."""
    draws = rng.integers(0, 1_000_000, len(choices))
    return [options[draw % len(options)] for options, draw in zip(choices, draws, strict=True)]


def chance(rng: np.random.Generator, percent: int, count: int) -> np.ndarray:
    """`count` flags, each true with `percent` in a hundred."""
    return rng.integers(0, 100, count) < percent


def numbered(first: int, count: int, prefix: str = "") -> np.ndarray:
    """Ids that run on from `first`, as texts."""
    return np.array([f"{prefix}{number}" for number in range(first, first + count)], dtype=object)
