"""What is said of a way in which a file is broken."""

from collections.abc import Callable
from dataclasses import dataclass

# nobody's name: it is planted in what is broken, and must turn up nowhere but in the columns that may hold it
NAME = "Zorvane Quillibex"
FORMULA = "=HYPERLINK(\"file:///etc/passwd\",A1)&cmd|'/C calc'!A0"
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Kind:
    """A way in which a file is broken, and what becomes of the delivery.

    `refused`: it is not landed; `stopped`: gate 1 stops it; `kept out`: one of the two; `loaded`: it is harmless, and
    what can't be read of it is listed. `says` is what the message must match behind the file's name, or what a harmless
    record must be listed for.
    """

    broken: Callable[..., bytes]
    outcome: str
    says: str | None
    manifest: bool = False
