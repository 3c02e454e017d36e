"""What commands that change history say of the live marts once they are done."""

from include.commands.console import Say
from include.night import refresh_live


def tell_live(say: Say) -> None:
    """Build the live day again where what is known of it changed, and say so. Raises as `refresh_live` does."""
    say("looking whether what is known of the live day changed; building it again takes about half a minute")
    done = refresh_live()
    if done:
        say(f"live again: {done.build_id}, {done.written} rows written")
    else:
        say("what is live stays as it is")
