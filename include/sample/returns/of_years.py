"""The returns of several years at once, each delivered on its usual day."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from include.contract.model import slice_of_year
from include.sample.authority import sample_authority
from include.sample.days import day
from include.sample.exports import DEFAULT_SEED, DEFAULT_SIZE
from include.sample.returns import annex_a, cin_census, ssda903

Say = Callable[[str], None]


def write_returns(
    drop_folder: Path,
    years: Sequence[int],
    *,
    xml: bool = False,
    workbooks: Sequence[date] = (),
    size: float = DEFAULT_SIZE,
    seed: int = DEFAULT_SEED,
    say: Say = lambda line: None,
) -> list[Path]:
    """Write the SSDA903 of years (of those in which they begin), delivered on 30 June after each, the census of those
    that have one, delivered on 31 July, and Annex A of days; returns the folders of the deliveries.

    `xml`: the SSDA903 as one document. `say` gets a line a delivery. Raises ValueError for a year or a day that the
    sample authority doesn't have.
    """
    last = max([*workbooks, *(date(year + 1, 7, 31) for year in years)])
    authority = sample_authority(seed, size, day(last.isoformat()))
    folders = []
    for year in years:
        folders.append(ssda903.write_ssda903(drop_folder, year, date(year + 1, 6, 30), xml=xml, authority=authority))
        say(f"return on children looked after in {slice_of_year(year)} written")
        if cin_census.FIRST_YEAR <= year <= cin_census.LAST_YEAR:
            folders.append(cin_census.write_cin_census(drop_folder, year, date(year + 1, 7, 31), authority=authority))
            say(f"children in need census of {slice_of_year(year)} written")
    for on in workbooks:
        folders.append(annex_a.write_annex_a(drop_folder, on, authority=authority))
        say(f"Annex A of {on} written")
    return folders
