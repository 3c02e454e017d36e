"""Build a day as known on a day, beside the live marts: `python -m include.commands.build --as-at D [--known-on D]`."""

import argparse

from include.commands.arguments import read_day
from include.commands.console import console
from include.quality.publication_gate import gate_build
from include.quality.results import GateStopped
from include.transform.build import build, keep_build
from include.warehouse.builds import replaced_batches
from include.warehouse.connection import Role, connect
from include.warehouse.migrate import prepare


def main() -> None:
    """Read the command line, build into schemas of their own, check, and say where it is and how exact it is."""
    parser = argparse.ArgumentParser(description="Build a day as it was known on a day; what is live stays as it is.")
    parser.add_argument("--as-at", required=True, type=read_day, help="the day the figures speak of")
    parser.add_argument("--known-on", type=read_day, help="newest export date to know of; default: the same")
    options = parser.parse_args()
    known_on = options.known_on or options.as_at
    with console("build") as say:
        prepare()
        say(f"building {options.as_at} as known on {known_on}")
        made = build(options.as_at, known_on)
        keep_build(made)
        try:
            (told, *warnings) = gate_build(made)
        except GateStopped as stopped:
            told, warnings = f"not fit to be published: {stopped}", []
        for line in (told, *warnings):
            say(line)
        say(f"its marts are in the schema {made.schema('marts')}; make drop-build BUILD={made.build_id} removes them")
        with connect(Role.BUILDER, "looking for replaced batches") as connection:
            replaced = replaced_batches(connection, known_on)
        say("not exactly what was known then:" if replaced else f"exactly what was known on {known_on}")
        for line in replaced:
            say(f"  {line}")


if __name__ == "__main__":
    main()
