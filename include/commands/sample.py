"""Write the sample authority's exports, or its statutory returns, into the drop folder.

`python -m include.commands.sample [--from D] [--to D] [--every night|month] [--size N] [--seed N] [--profile NAME]
[--faults NAME,NAME] [--returns Y..Y] [--xml] [--annex-a D]`
"""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta

from include.commands.arguments import read_day, read_years
from include.commands.console import console
from include.sample.exports import DEFAULT_NIGHTS, DEFAULT_SEED, DEFAULT_SIZE, write_exports
from include.sample.returns.of_years import write_returns
from include.settings import settings


def nights(first: date, last: date, every: str) -> list[date]:
    """The nights from `first` to `last`: each one, or the last of each month."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if every == "month":
        return [day for day in days if (day + timedelta(days=1)).day == 1]
    return days


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; FROM alone is one night, nothing at all the nights of the demonstration.

    Where returns are asked for, nights are written only if they are asked for too.
    """
    parser = argparse.ArgumentParser(prog="make sample", description="Write the sample authority's exports.")
    parser.add_argument("--from", dest="first", type=read_day, help="first night")
    parser.add_argument("--to", dest="last", type=read_day, help="last night")
    parser.add_argument("--every", choices=("night", "month"), default="night")
    parser.add_argument("--size", type=float, default=DEFAULT_SIZE, help="1.0 is Newcastle's size")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--profile", default="standard", help="the case system behind the ssd extract")
    parser.add_argument(
        "--faults", default="", help="names of faults, separated by commas; all for every one of a record"
    )
    parser.add_argument(
        "--returns", type=read_years, default=[], help="return years, by the year in which they begin: 2019..2023"
    )
    parser.add_argument("--xml", action="store_true", help="the return on children looked after as XML")
    parser.add_argument("--annex-a", type=read_day, help="the day of Ofsted's child-level data")
    return parser.parse_args(given)


if __name__ == "__main__":
    asked = arguments()
    with console("sample") as say:
        first = asked.first or asked.last or DEFAULT_NIGHTS[0]
        last = asked.last or asked.first or DEFAULT_NIGHTS[-1]
        drop = settings().drop_folder.resolve()
        workbooks = [asked.annex_a] if asked.annex_a else []
        written = []
        if asked.returns or workbooks:
            written += write_returns(
                drop, asked.returns, xml=asked.xml, workbooks=workbooks, size=asked.size, seed=asked.seed, say=say
            )
        if asked.first or asked.last or not written:
            written += write_exports(
                drop,
                nights(first, last, asked.every),
                seed=asked.seed,
                size=asked.size,
                profile=asked.profile,
                monthly=asked.every == "month",
                fault_names=[name for name in asked.faults.split(",") if name],
                say=say,
            )
        say(f"{len(written)} batches are in {drop}")
