"""Delete the database and Airflow's state of this machine: `python -m include.commands.clean`.

Exports, their archive and the secrets stay: the warehouse can be loaded again from them.
"""

import shutil

from include.commands.console import Say, console
from include.commands.services import stop_services
from include.commands.turn import our_turn
from include.settings import settings
from include.warehouse import embedded


def clean(say: Say) -> None:
    """Stop everything, and delete the embedded server with its data, and Airflow's home."""
    with our_turn(say):
        stop_services(say)
        embedded.remove(settings().local_folder / "postgres")
        shutil.rmtree(settings().local_folder / "airflow", ignore_errors=True)
        say("deleted: the embedded PostgreSQL with all its data, Airflow's home")


if __name__ == "__main__":
    with console("clean") as tell:
        clean(tell)
