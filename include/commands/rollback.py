"""Put the publication before the live one back, and hold it: `python -m include.commands.rollback`."""

from include.commands.console import console
from include.publish.rollback import roll_back

if __name__ == "__main__":
    with console("rollback") as say:
        say(f"live again: {roll_back().build_id}")
        say("held: nights are recorded and not published until make release")
