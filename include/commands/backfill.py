"""Load a range of dates: `python -m include.commands.backfill --from D --to D [--sources A,B] [--dry-run] …`."""

import argparse
import sys

from include.backfill import deliveries_between, load_range, publish_range, told
from include.commands.arguments import read_day, read_source
from include.commands.console import console
from include.publish.report import publication_report
from include.warehouse.migrate import prepare


def main() -> None:
    """Read the command line, list what is there, load it batch by batch, build once, publish."""
    parser = argparse.ArgumentParser(description="Load every delivery of a range of dates, and publish once.")
    parser.add_argument("--from", dest="first", required=True, type=read_day, help="first batch date")
    parser.add_argument("--to", dest="last", required=True, type=read_day, help="last batch date")
    parser.add_argument("--sources", help="of these sources only, separated by commas")
    parser.add_argument("--dry-run", action="store_true", help="list what would be loaded, and load nothing")
    parser.add_argument("--restate", action="store_true", help="read again what contract or rules read differently")
    parser.add_argument("--skip-bad", action="store_true", help="leave a wrong delivery out and go on")
    options = parser.parse_args()
    names = [read_source(name.strip()) for name in (options.sources or "").split(",") if name.strip()]
    wrong = []
    with console("backfill") as say:
        prepare()
        found = deliveries_between(options.first, options.last, names)
        if options.dry_run:
            for delivery in found:
                say(told(delivery, restate=options.restate))
            say(f"{len(found)} deliveries; nothing was loaded")
            return
        say(f"{len(found)} deliveries from {found[0].batch_date} to {found[-1].batch_date}")
        wrong = load_range(found, say, restate=options.restate, skip_bad=options.skip_bad)
        say("building every month end of the range at once, and publishing")
        publish_range(options.first, options.last)
        for line in publication_report():
            say(line)
    if wrong:
        sys.exit(f"{len(wrong)} deliveries were left out:\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
