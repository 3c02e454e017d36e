"""Show the ledger of batches: `python -m include.commands.batches [--source S]`."""

import argparse

from include.commands.arguments import read_source
from include.commands.console import console
from include.history.overview import overview

_NEWEST = 60


def main() -> None:
    """Read the command line and show the batches."""
    parser = argparse.ArgumentParser(description="Show what became of each batch.")
    parser.add_argument("--source", type=read_source, help="of this source alone, and all of it")
    options = parser.parse_args()
    with console("batches") as say:
        lines = overview(options.source, None if options.source else _NEWEST)
        if not lines:
            say("The ledger is empty: nothing was landed yet.")
            return
        say(f"{'date':<10}  {'source':<10} {'slice':<21} {'records':>9} {'held':>6}  {'fingerprint':<12}  state")
        for line in lines:
            entry = line.entry
            say(
                f"{entry.batch_date}  {entry.source:<10} {entry.slice:<21} {entry.record_count:>9} "
                f"{entry.quarantined:>6}  {entry.fingerprint}  {line.state}"
                + (f" ({entry.reason})" if entry.reason else "")
            )
        if not options.source:
            say(f"The newest {_NEWEST} at most; SOURCE= shows all of one source.")


if __name__ == "__main__":
    main()
