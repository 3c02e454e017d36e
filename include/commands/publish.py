"""Publish a day by hand: `python -m include.commands.publish --as-at D [--known-on D]`."""

import argparse

from include.commands.arguments import read_day
from include.commands.console import console
from include.night import publish_day
from include.publish.report import publication_report


def main() -> None:
    """Read the command line, build the day, check it, publish it, and hold it."""
    parser = argparse.ArgumentParser(
        description="Publish a day, also an older one; nights publish once it is released."
    )
    parser.add_argument("--as-at", required=True, type=read_day, help="the day the figures speak of")
    parser.add_argument("--known-on", type=read_day, help="newest export date to know of; default: the same")
    options = parser.parse_args()
    with console("publish") as say:
        say(f"building {options.as_at} as known on {options.known_on or options.as_at}")
        publish_day(options.as_at, options.known_on or options.as_at, kind="by_hand")
        for line in publication_report():
            say(line)


if __name__ == "__main__":
    main()
