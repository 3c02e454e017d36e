"""Write the README's settings table from include/settings.py: `python -m include.commands.settings_table`."""

from include.settings import PROJECT, Settings

BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def settings_table() -> str:
    """The table as Markdown, one line a setting; a path inside the project is shown relative to it."""
    lines = ["| variable | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default).replace(f"{PROJECT}/", "")
        lines.append(f"| `PERMANENCE_{name.upper()}` | {f'`{default}`' if default else 'none'} | {field.description} |")
    return "\n".join(lines)


def with_table(readme: str) -> str:
    """A README with its settings table brought up to date. Raises ValueError when its marks are missing."""
    before, rest = readme.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{settings_table()}\n{END}{after}"


if __name__ == "__main__":
    path = PROJECT / "README.md"
    path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
