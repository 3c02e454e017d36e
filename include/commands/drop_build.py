"""Drop a build that was kept on purpose: `python -m include.commands.drop_build --build B`."""

import argparse

from include.commands.console import console
from include.transform.build import drop_build


def main() -> None:
    """Read the command line and drop the schemas of the build."""
    parser = argparse.ArgumentParser(description="Drop the schemas of a build made by make build.")
    parser.add_argument("--build", required=True, help="as make build printed it")
    options = parser.parse_args()
    with console("drop-build") as say:
        say(drop_build(options.build))


if __name__ == "__main__":
    main()
