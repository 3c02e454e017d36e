"""Freeze an annual report: `python -m include.commands.freeze --year 2022-23`."""

import argparse

from include.commands.arguments import read_year
from include.commands.console import console
from include.publish.figures import freeze
from include.warehouse.migrate import prepare


def main() -> None:
    """Read the command line, and let the report of the year stand on what is live."""
    parser = argparse.ArgumentParser(description="Let a year's annual report stand on what is live, for good.")
    parser.add_argument("--year", required=True, type=read_year, help="the financial year, as 2022-23")
    options = parser.parse_args()
    with console("freeze") as say:
        prepare()
        say(freeze(options.year))


if __name__ == "__main__":
    main()
