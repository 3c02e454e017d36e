"""Let nights publish again, and publish the newest day that passed: `python -m include.commands.release`."""

from include.commands.console import console
from include.night import publish_day
from include.publish.live import release
from include.publish.report import publication_report

if __name__ == "__main__":
    with console("release") as say:
        newest = release()
        say("released: nights publish again")
        if newest:
            say(f"publishing {newest[0]} as known on {newest[1]}")
            publish_day(*newest)
        for line in publication_report():
            say(line)
