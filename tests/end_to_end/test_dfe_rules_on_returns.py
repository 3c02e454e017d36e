"""The DfE's rules over five real-shaped returns: who is flagged, against a reading of the DfE's text in pandas."""

from collections import defaultdict

import pandas as pd
import pytest

from tests.conftest import environment, warehouse_of
from tests.deliveries import deliver_five_returns
from tests.end_to_end.night import load

YEARS = range(2017, 2022)


@pytest.fixture(scope="module")
def returns(real_data):
    return real_data / "ssda903_2017_2021"


@pytest.fixture(scope="module")
def flagged(real_data, template, tmp_path_factory):
    """Records that each rule lists, as rule → (year, record key)."""
    with (
        warehouse_of(template, tmp_path_factory.mktemp("dfe")) as made,
        environment(PERMANENCE_NIGHTLY_SOURCES=""),
    ):
        load(deliver_five_returns(made.drop, real_data))
        found = defaultdict(set)
        for rule_id, slice_, key in made.rows("select rule_id, slice, record_key from quality.failure"):
            found[rule_id].add((int(slice_[:4]), key))
        found["of all batches"] = made.rows(
            "select count(*), count(distinct batch_id) from quality.result where failing is null"
        )
        yield found


def _table(returns, year, name):
    table = pd.read_csv(returns / f"{year}-{name}.csv", dtype=str, encoding="utf-8-sig")
    for column in ("DOB", "DECOM", "DEC", "REVIEW", "MC_DOB", "DUC", "MIS_START", "MIS_END"):
        if column in table:
            table[column] = pd.to_datetime(table[column], format="%d/%m/%Y")
    return table


def _episodes(returns, year):
    rows = _table(returns, year, "episodes").sort_values(["CHILD", "DECOM", "DEC"], na_position="last", kind="stable")
    rows["key"] = rows.CHILD + "|" + rows.DECOM.dt.strftime("%Y-%m-%d")
    rows["next"] = rows.groupby("CHILD").DECOM.shift(-1)
    rows["ended_before"] = rows.groupby("CHILD").DEC.shift(1)
    return rows.merge(_table(returns, year, "header")[["CHILD", "DOB"]].drop_duplicates("CHILD"), how="left")


def _reviews(returns, year):
    rows = _table(returns, year, "reviews")
    rows["key"] = rows.CHILD + "|" + rows.REVIEW.dt.strftime("%Y-%m-%d") + "|" + rows.REVIEW_CODE.fillna("?")
    return rows


def _years(rows, years):
    return rows.DOB + pd.DateOffset(years=years)


def _header(returns, year):
    return _table(returns, year, "header").assign(key=lambda rows: rows.CHILD)


def _uasc(returns, year):
    return _table(returns, year, "uasc").assign(key=lambda rows: rows.CHILD)


def _header_twice(returns, year):
    """Children in the headers of two years, with what the year before said."""
    if year == YEARS[0]:
        return _header(returns, year).head(0).assign(DOB_last=None, SEX_last=None, ETHNIC_last=None)
    last = _header(returns, year - 1).drop_duplicates("CHILD")
    return _header(returns, year).merge(last, on="CHILD", suffixes=("", "_last"))


def _first_episodes(returns, year):
    """The first episode of each child, with the one in which the year before ended (_merge: left_only without any)."""
    if year == YEARS[0]:
        rows = _episodes(returns, year).head(0)
        return rows.assign(
            _merge=None, DEC_last=None, **{f"{name}_last": rows[name] for name in ("DECOM", "LS", "CIN")}
        )
    first = _episodes(returns, year).drop_duplicates("CHILD")
    newest = _episodes(returns, year - 1).sort_values("DECOM", kind="stable").drop_duplicates("CHILD", keep="last")
    return first.merge(newest, on="CHILD", how="left", suffixes=("", "_last"), indicator=True)


def _differs(name):
    """Is a field of the first episode another than that of the episode open when the year before ended?"""

    def breaks(rows, year):
        same = (rows[name] == rows[f"{name}_last"]) | (rows[name].isna() & rows[f"{name}_last"].isna())
        return (rows._merge == "both") & rows.DEC_last.isna() & ~same

    return breaks


ORACLE = {
    "header.rule_202": (_header_twice, lambda rows, year: rows.SEX_last != rows.SEX),
    "header.rule_203": (_header_twice, lambda rows, year: rows.DOB_last != rows.DOB),
    "header.rule_204": (_header_twice, lambda rows, year: rows.ETHNIC.fillna("") != rows.ETHNIC_last.fillna("")),
    "episodes.rule_503b": (_first_episodes, _differs("LS")),
    "episodes.rule_503c": (_first_episodes, _differs("CIN")),
    "episodes.rule_562": (
        _first_episodes,
        lambda rows, year: (pd.Timestamp(year, 4, 1) > rows.DECOM) & (rows.DECOM_last != rows.DECOM),
    ),
    "header.rule_103": (_header, lambda rows, year: rows.ETHNIC.isna()),
    "header.rule_174": (_header, lambda rows, year: rows.MC_DOB.notna() & (rows.SEX == "1")),
    "header.rule_621": (_header, lambda rows, year: rows.MC_DOB <= rows.DOB),
    "header.rule_301": (_header, lambda rows, year: pd.Timestamp(year + 1, 3, 31) < rows.DOB),
    "episodes.rule_142": (
        _episodes,
        lambda rows, year: rows.next.notna() & (rows.DEC.isna() | rows.REC.isna()),
    ),
    "episodes.rule_148": (_episodes, lambda rows, year: rows.DEC.isna() != rows.REC.isna()),
    "episodes.rule_355": (_episodes, lambda rows, year: rows.DEC == rows.DECOM),
    "episodes.rule_501": (_episodes, lambda rows, year: rows.ended_before > rows.DECOM),
    "episodes.rule_352": (_episodes, lambda rows, year: (rows.RNE == "S") & (_years(rows, 18) <= rows.DECOM)),
    "episodes.rule_527": (
        _episodes,
        lambda rows, year: (rows.PLACE_PROVIDER == "PR1") & rows.PLACE.isin(["P1", "R2", "R5"]),
    ),
    "episodes.rule_378": (_episodes, lambda rows, year: (rows.PLACE == "P1") & (rows.LS == "V2")),
    "reviews.rule_167": (_reviews, lambda rows, year: rows.REVIEW.notna() & rows.REVIEW_CODE.isna()),
    "reviews.rule_440": (_reviews, lambda rows, year: (rows.REVIEW_CODE == "PN0") & (_years(rows, 4) < rows.REVIEW)),
    "reviews.rule_441": (
        _reviews,
        lambda rows, year: rows.REVIEW_CODE.ne("PN0") & rows.REVIEW_CODE.notna() & (_years(rows, 4) > rows.REVIEW),
    ),
    "uasc.rule_304": (_uasc, lambda rows, year: _years(rows, 18) < rows.DUC),
}


@pytest.mark.parametrize("rule", ORACLE)
def test_the_rule_flags_the_records_that_the_text_asks_for(flagged, returns, rule):
    read, breaks = ORACLE[rule]
    expected = set()
    for year in YEARS:
        rows = read(returns, year)
        expected |= {(year, key) for key in rows.key[breaks(rows, year)]}
    assert flagged[f"ssda903.{rule}"] == expected


def test_no_query_fails(flagged):
    assert flagged["of all batches"] == [(0, 0)]
