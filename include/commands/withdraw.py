"""Withdraw a batch: `python -m include.commands.withdraw --source S --date D --why W [--slice P]`."""

import argparse

from include.commands.arguments import read_day, read_source
from include.commands.console import console
from include.commands.live import tell_live
from include.night import withdraw_delivery


def main() -> None:
    """Read the command line, withdraw, and build the live day again where that changed what is known of it."""
    parser = argparse.ArgumentParser(description="Withdraw a batch: its period goes back to the batch before it.")
    parser.add_argument("--source", required=True, type=read_source)
    parser.add_argument("--date", required=True, type=read_day)
    parser.add_argument("--why", required=True, help="stands in the ledger for good; no name belongs in it")
    parser.add_argument("--slice", help="where one delivery held several, e.g. 2021/22")
    options = parser.parse_args()
    with console("withdraw") as say:
        for line in withdraw_delivery(options.source, options.date, options.why, options.slice):
            say(line)
        tell_live(say)


if __name__ == "__main__":
    main()
