"""How a fault is planted: what is changed of a record, or of a file's bytes."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pandas as pd

from include.sample.faults.planting import Plot

Where = Callable[[pd.DataFrame], pd.Series]


def set_fields(where: Where | None = None, **values: str) -> Callable[[Plot], None]:
    """A record as it is but for some fields."""

    def change(plot: Plot) -> None:
        plot.put(plot.pick(where(plot.texts) if where else None), **values)

    return change


def days_from(field: str, by: int, other: str) -> Callable[[Plot], None]:
    """A day so many days from another one's."""

    def change(plot: Plot) -> None:
        row = plot.pick((plot.texts[field] != "") & (plot.texts[other] != ""))
        plot.put(row, **{field: _days_on(plot.texts.at[row, other], by)})

    return change


def days_from_the_night(field: str, by: int, where: Where | None = None) -> Callable[[Plot], None]:
    """A day so many days from the night."""

    def change(plot: Plot) -> None:
        row = plot.pick(where(plot.texts) if where else plot.texts[field] != "")
        plot.put(row, **{field: _days_on(plot.night.today, by)})

    return change


def twice(**values: str) -> Callable[[Plot], None]:
    """Another record of the same key, with other content."""

    def change(plot: Plot) -> None:
        record = plot.texts.loc[plot.pick()].copy()
        for name, value in values.items():
            record[name] = value
        plot.add(record)

    return change


def another(key: str, where: Where) -> Callable[[Plot], None]:
    """Another record like one there is, under a key of its own."""

    def change(plot: Plot) -> None:
        record = plot.texts.loc[plot.pick(where(plot.texts))].copy()
        record[key] = f"9{record[key]}"
        plot.add(record)

    return change


def left_out(where: Callable[[Plot], pd.Series]) -> Callable[[Plot], None]:
    """A record left out."""
    return lambda plot: plot.drop(plot.pick(where(plot)))


def _days_on(day: str, days: int) -> str:
    return (date.fromisoformat(day[:10]) + timedelta(days=days)).isoformat()


def _born(plot: Plot, persons: pd.Series) -> pd.Series:
    people = plot.night.tables["ssd.person"]
    return persons.map(people.set_index("pers_person_id")["pers_dob"])


def _child_of_period(plot: Plot) -> pd.Series:
    episodes = plot.night.tables["ssd.cla_episodes"].drop_duplicates("clae_cla_id")
    return plot.texts["clar_cla_id"].map(episodes.set_index("clae_cla_id")["clae_person_id"])


def review_before_birth(plot: Plot) -> None:
    """A review a month before the child was born."""
    born = _born(plot, _child_of_period(plot))
    row = plot.pick(born.notna() & (born != ""))
    plot.put(row, clar_cla_review_date=_days_on(born[row], -30))


def participation_against_age(plot: Plot) -> None:
    """A child under four who speaks for itself."""
    plot.put(plot.pick(plot.texts["clar_cla_review_participation"] == "PN0"), clar_cla_review_participation="PN1")


def open_past_18(plot: Plot) -> None:
    """The last episode of who left care as an adult, open again."""
    born = _born(plot, plot.texts["clae_person_id"])
    adult = (
        (born != "")
        & (born < _days_on(plot.night.today, -18 * 366))
        & (plot.texts["clae_cla_episode_ceased_reason"].isin(["E5", "E6", "E7"]))
    )
    plot.put(plot.pick(adult), clae_cla_episode_ceased_date="", clae_cla_episode_ceased_reason="")


def changed_sex(plot: Plot) -> None:
    """The other sex."""
    row = plot.pick(plot.texts["pers_sex"].isin(["M", "F"]))
    plot.put(row, pers_sex="F" if plot.texts.at[row, "pers_sex"] == "M" else "M")


def overlapping_statuses(plot: Plot) -> None:
    """A status that ends a fortnight after the next began."""
    texts = plot.texts.sort_values(["lega_person_id", "lega_legal_status_start_date"])
    following = texts["lega_legal_status_start_date"].shift(-1)
    same = texts["lega_person_id"] == texts["lega_person_id"].shift(-1)
    row = plot.pick((same & (texts["lega_legal_status_end_date"] == following)).sort_index())
    plot.put(row, lega_legal_status_end_date=_days_on(following[row], 14))


def in_care(plot: Plot) -> pd.Series:
    """Flags the records of children in care."""
    episodes = plot.night.tables["ssd.cla_episodes"]
    children = episodes[episodes["clae_cla_episode_ceased_date"] == ""]["clae_person_id"]
    return plot.texts["pers_person_id"].isin(children)


def is_open(field: str) -> Where:
    """Flags records without that day."""
    return lambda texts: texts[field] == ""


def is_filled(field: str) -> Where:
    """Flags records with that field."""
    return lambda texts: texts[field] != ""


def cut(content: bytes, before: bytes) -> bytes:
    """The first two thirds of a file, and a few bytes of the record after."""
    return content[: content.index(b"\n", len(content) * 2 // 3) + 12]


def cut_between_records(content: bytes, before: bytes) -> bytes:
    """The first half of its records."""
    return _lines(content, lambda lines: lines[: len(lines) // 2])


def every_other_record(content: bytes, before: bytes) -> bytes:
    """Every other record."""
    return _lines(content, lambda lines: [lines[0], *lines[1::2]])


def header_alone(content: bytes, before: bytes) -> bytes:
    """Its header alone."""
    return _lines(content, lambda lines: lines[:1])


def shifted_columns(content: bytes, before: bytes) -> bytes:
    """From the middle on every record begins one field too late: the last field is lost."""

    def shift(lines: list[bytes]) -> list[bytes]:
        middle = len(lines) // 2
        moved = [b"," + line.rstrip(b"\r\n").rpartition(b",")[0] + b"\r\n" for line in lines[middle:]]
        return lines[:middle] + moved

    return _lines(content, shift)


def header_again(content: bytes, before: bytes) -> bytes:
    """The header again in the middle."""
    return _lines(content, lambda lines: [*lines[: len(lines) // 2], lines[0], *lines[len(lines) // 2 :]])


def _lines(content: bytes, change: Callable[[list[bytes]], Sequence[bytes]]) -> bytes:
    return b"".join(change(content.splitlines(keepends=True)))


def nul_byte(content: bytes, before: bytes) -> bytes:
    """A NUL byte at the end of the last record."""
    return content.rstrip(b"\r\n") + b"\0\r\n"
