"""What a person runs, through the Makefile: `python -m include.commands.<name>`."""
