"""Show what history knows of one record: `python -m include.commands.known --source S --table T --key K`."""

import argparse

from include.commands.arguments import read_source
from include.commands.console import console
from include.contract.model import source
from include.history.known import held, versions


def main() -> None:
    """Read the command line and show each version and when it was said; of a later one, only what differs."""
    parser = argparse.ArgumentParser(description="Show every version of a record and when it was said.")
    parser.add_argument("--source", required=True, type=read_source)
    parser.add_argument("--table", required=True)
    parser.add_argument("--key", required=True, help="its key; parts of a longer key joined by |")
    options = parser.parse_args()
    with console("known") as say:
        table = source(options.source).table(options.table)
        found, quarantined = versions(table, options.key), held(table, options.key)
        if not found and not quarantined:
            say(f"{table.full_name}: no record {options.key} was ever said. Its key is {' | '.join(table.key)}")
        before: dict[str, str] = {}
        for version in found:
            say(f"{table.full_name} {options.key}, slice {version.slice}, said on {version.said}")
            for name in sorted(
                before.keys() | version.values.keys(), key=[column.name for column in table.columns].index
            ):
                if before.get(name) != version.values.get(name):
                    say(f"    {name}: {version.values.get(name, '(empty)')}")
            before = version.values
        for slice_, dates in quarantined:
            say(f"{table.full_name} {options.key}, slice {slice_}, held by gate 1 on {dates}")


if __name__ == "__main__":
    main()
