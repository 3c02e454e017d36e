"""Load one delivery: `python -m include.commands.land --source S --date D [--fingerprint F]`."""

import argparse

from include.commands.arguments import read_day, read_source
from include.commands.console import console
from include.commands.live import tell_live
from include.night import load_delivery
from include.warehouse.migrate import prepare


def main() -> None:
    """Read the command line, load, and build the live day again where that changed what is known of it."""
    parser = argparse.ArgumentParser(description="Land, check and record what one source delivered on one date.")
    parser.add_argument("--source", required=True, type=read_source)
    parser.add_argument("--date", required=True, type=read_day, help="the date of the delivery's folder")
    parser.add_argument("--fingerprint", help="of make batches: the archived original instead of the drop folder")
    options = parser.parse_args()
    with console("land") as say:
        prepare()
        for line in load_delivery(options.source, options.date, options.fingerprint):
            say(line)
        tell_live(say)


if __name__ == "__main__":
    main()
