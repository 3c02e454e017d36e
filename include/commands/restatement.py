"""What changed since a report was frozen: `python -m include.commands.restatement --year 2022-23 [--known-on D]`."""

import argparse

from include.commands.arguments import read_day, read_year
from include.commands.console import console
from include.restatement.report import lines, restate, write
from include.warehouse.migrate import prepare


def main() -> None:
    """Read the command line, compare, say what changed, and write it down."""
    parser = argparse.ArgumentParser(description="Compare a frozen report with what is known by now.")
    parser.add_argument("--year", required=True, type=read_year, help="the financial year, as 2022-23")
    parser.add_argument("--known-on", type=read_day, help="the later day; default: of what is live")
    options = parser.parse_args()
    with console("restatement") as say:
        prepare()
        say(f"comparing the report of {options.year}; each day that isn't built yet takes about half a minute")
        restated = restate(options.year, options.known_on)
        for line in lines(restated):
            say(line)
        say(f"whom, and which records: {write(restated)}")


if __name__ == "__main__":
    main()
