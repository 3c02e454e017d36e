"""How large the authority is, year by year, and the figures of its annual report: what populations are drawn to.

Everything here is a count of people or meetings at SIZE 1.0, Newcastle's size. Nothing here is ever written to an
export: a population is drawn until it has so many of a kind (see the README, "Quotas").
"""

from dataclasses import dataclass

from include.sample.days import day

IN_ORDER_ON = day("2023-05-10")
"""The day by which the year of the annual report is in order: no report can be written from an earlier export."""
RETURN_KNOWN_ON = day("2023-06-30")
"""The night of whose export the statutory return was made: fifteen endings were recorded after the report."""
YEAR_END, YEAR_END_BEFORE = day("2023-03-31"), day("2022-03-31")
YEAR_BEGINS, HALF_BEGINS = day("2022-04-01"), day("2022-10-01")

FIRST_HALF, LAST_HALF = day("2001-04-01"), day("2032-03-31")
"""The authority lives from the one to the other."""
GO_LIVE = day("2014-04-01")
"""The case system's first day: what had ended before it was never moved over."""
FIRST_NIGHT, LAST_NIGHT = day("2017-04-01"), day("2031-12-31")
"""Nights that can be exported: before, foster carer reviews of a year lack; after, plans lie too far ahead."""

# Children in care on 31 March, and those who started in the year that ended then. From 2021 as the DfE has them.
_IN_CARE = {2002: 130, 2003: 220, 2004: 300, 2005: 360, 2006: 410, 2007: 440, 2008: 460, 2009: 475, 2010: 490,
            2015: 500, 2016: 515, 2017: 530, 2018: 560, 2019: 600, 2020: 645, 2021: 682, 2022: 671, 2023: 634,
            2024: 596, 2025: 654}  # fmt: skip
_CARE_STARTS = {2002: 190, 2003: 200, 2021: 239, 2022: 242, 2023: 181, 2024: 212, 2025: 264}
_CARE_STARTS_OTHERWISE = 225
_HALF_STARTS, _HALF_ENDS = {(2023, 2): 88, (2022, 2): 121}, {(2023, 2): 115}
# Children on a child protection plan likewise; the report's own counts where it has them.
_ON_PLANS = {2013: 313, 2014: 373, 2015: 429, 2016: 424, 2017: 392, 2018: 488, 2019: 587, 2020: 587, 2021: 339,
             2022: 350, 2023: 334, 2024: 395, 2025: 433}  # fmt: skip
_PLAN_STARTS = {2012: 330, 2013: 377, 2014: 456, 2015: 485, 2016: 457, 2017: 467, 2018: 596, 2019: 718, 2020: 669,
                2021: 376, 2022: 441, 2023: 410, 2024: 443, 2025: 501}  # fmt: skip
_HALF_PLAN_STARTS = {(2023, 2): 193}
_FOSTER_CARER_REVIEWS = {2017: 215, 2018: 208, 2019: 233, 2020: 271, 2021: 269, 2022: 265}
_ESCALATIONS = {2022: 18}
_ADVOCACY = {2021: (79, 10), 2022: (72, 8)}


@dataclass(frozen=True)
class Half:
    """Half a financial year: [begins, ends), and what it was drawn to."""

    year: int
    number: int
    begins: int
    ends: int

    @property
    def key(self) -> tuple[int, int]:
        """The year in which the financial year ends, and 1 or 2."""
        return (self.year, self.number)


def halves(first: int = FIRST_HALF, last: int = LAST_HALF) -> list[Half]:
    """The half-years from one day to the other."""
    found, year = [], 2002
    while day(f"{year - 1}-04-01") <= last:
        found.append(Half(year, 1, day(f"{year - 1}-04-01"), day(f"{year - 1}-10-01")))
        found.append(Half(year, 2, day(f"{year - 1}-10-01"), day(f"{year}-04-01")))
        year += 1
    return [half for half in found if first <= half.begins <= last]


def _interpolated(known: dict[int, int], year: int) -> float:
    earlier, later = max((y for y in known if y <= year), default=None), min((y for y in known if y >= year), default=0)
    if earlier is None:
        return 0
    if not later or later == earlier:
        return known[earlier]
    return known[earlier] + (known[later] - known[earlier]) * (year - earlier) / (later - earlier)


@dataclass(frozen=True)
class Targets:
    """The counts at a size, as a multiple of Newcastle's, and the night of whose export the annual report was written
    (setting `annual_report_known_on`).
    """

    size: float
    report_known_on: int

    def scaled(self, count: float, least: int = 0) -> int:
        """A count of SIZE 1.0 at this size, `least` where it would be less."""
        return max(int(count * self.size + 0.5), least)

    def in_care(self, half: Half) -> int:
        """Children in care on the last day of a half."""
        if half.number == 2:
            return self.scaled(_interpolated(_IN_CARE, half.year))
        if half.year == 2023:  # the September between: 671, 93 starts, 103 ends
            return self.scaled(661)
        return self.scaled((_interpolated(_IN_CARE, half.year - 1) + _interpolated(_IN_CARE, half.year)) / 2)

    def care_starts(self, half: Half) -> int:
        """Children who start to be looked after in a half."""
        return self.scaled(_of_half(half, _CARE_STARTS.get(half.year, _CARE_STARTS_OTHERWISE), _HALF_STARTS))

    def on_plans(self, half: Half) -> int:
        """Children on a child protection plan on the last day of a half."""
        if half.number == 2:
            return self.scaled(_interpolated(_ON_PLANS, half.year))
        return self.scaled((_interpolated(_ON_PLANS, half.year - 1) + _interpolated(_ON_PLANS, half.year)) / 2 + 13)

    def plan_starts(self, half: Half) -> int:
        """Child protection plans that start in a half."""
        return self.scaled(_of_half(half, _PLAN_STARTS.get(half.year, 480), _HALF_PLAN_STARTS))

    def foster_carer_reviews(self, year: int) -> int:
        """Foster carer reviews held in the financial year that begins in `year`."""
        return self.scaled(_FOSTER_CARER_REVIEWS.get(year, 262 if year > 2022 else 210))

    def formal_escalations(self, year: int) -> int:
        """Formal escalations raised in the financial year that begins in `year`."""
        return self.scaled(_ESCALATIONS.get(year, 16 + year % 5), least=16)

    def advocacy(self, year: int) -> tuple[int, int]:
        """Referrals to advocacy in the financial year from `year`, and those of child protection among them."""
        every, of_plans = _ADVOCACY.get(year, (76, 9))
        every = self.scaled(every, least=2)
        return every, min(self.scaled(of_plans), every)


def _of_half(half: Half, of_year: int, of_half: dict[tuple[int, int], int]) -> float:
    if half.key in of_half:
        return of_half[half.key]
    if (half.year, 3 - half.number) in of_half:
        return of_year - of_half[half.year, 3 - half.number]
    return of_year / 2
