"""Write the sample authority's exports into the drop folder: `python -m include.commands.sample`."""

from include.commands.console import console
from include.sample.exports import DEFAULT_NIGHTS, write_exports
from include.settings import settings

if __name__ == "__main__":
    with console("sample") as say:
        drop = settings().drop_folder.resolve()
        write_exports(drop, DEFAULT_NIGHTS)
        say(f"sample exports ({', '.join(map(str, DEFAULT_NIGHTS))}) are in {drop}")
