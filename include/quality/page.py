"""The worklist as one page: HTML that needs nothing from elsewhere, neither script nor style nor picture."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from html import escape

from include.quality.lists import HELD, WHERE, Lists, OneList
from include.quality.worklist import Worklist, record_numbers

_SEVERITIES = ("critical", "warning", "info")
_MOST_ROWS = 200  # of a list: the workbook has the others
_MONTH_ENDS = 12

# nothing may be fetched: a browser holds the page to it, whatever stands in it
_HEAD = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Records to put right, as at {night}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }}
main {{ max-width: 100rem; }}
a {{ color: #0b4f9c; }}
table {{ border-collapse: collapse; margin: 0.5rem 0 1.5rem; }}
caption {{ text-align: left; font-weight: 600; padding: 0.25rem 0; }}
th, td {{ border: 1px solid #767676; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }}
thead th {{ background: #ebebeb; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.wide {{ overflow-x: auto; }}
.key {{ overflow-wrap: anywhere; }}
.critical {{ color: #8f0000; font-weight: 600; }}
svg {{ display: block; }}
</style>
</head>
<body>
<main>
"""


def page(worklist: Worklist, lists: Lists) -> str:
    """The whole page: totals, the trend by rule, a list a team, what was accepted. Everything in it is escaped."""
    parts = [
        _HEAD.format(night=worklist.night),
        "<h1>Records to put right</h1>",
        _intro(worklist),
        _contents(lists),
        '<h2 id="totals">Totals</h2>',
        _totals(worklist.rows),
        '<h2 id="trend">Trend by rule</h2>',
        _trend(worklist),
        *(_list(number, one) for number, one in enumerate(lists.all)),
        '<h2 id="accepted">Accepted as false alarms</h2>',
        _accepted(worklist),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _intro(worklist: Worklist) -> str:
    sources = ", ".join(f"{escape(source)} of {day}" for source, day in worklist.newest.items())
    return (
        f"<p>As at <strong>{worklist.night}</strong>, by the newest export of each source: {sources}. "
        f"{len(worklist.rows)} failures are open; {worklist.left_out} accepted ones are left out. "
        "A failure leaves the lists with the first export that says it no longer: put the record right where it was "
        "entered. Children and workers are named by their ids alone. The workbook beside this page has every list in "
        "full.</p>"
    )


def _contents(lists: Lists) -> str:
    links = [("totals", "Totals"), ("trend", "Trend by rule")]
    links += [(f"list-{number}", f"{one.title} ({len(one.rows)})") for number, one in enumerate(lists.all)]
    links.append(("accepted", "Accepted as false alarms"))
    items = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for anchor, text in links)
    return f'<nav aria-label="On this page"><ul>{items}</ul></nav>'


def _totals(rows: list[dict]) -> str:
    counts = Counter((row["owner"], row["severity"]) for row in rows)
    body = []
    for owner in sorted({row["owner"] for row in rows}):
        numbers = [counts[owner, severity] for severity in _SEVERITIES]
        body.append(_row([(owner, "row"), *numbers, sum(numbers)]))
    numbers = [sum(count for (_, of), count in counts.items() if of == severity) for severity in _SEVERITIES]
    body.append(_row([("everyone", "row"), *numbers, sum(numbers)]))
    return _table(
        "Open failures by who can put them right and how grave they are", ["who can", *_SEVERITIES, "all"], body
    )


def _trend(worklist: Worklist) -> str:
    """A row a rule: open now, what moved since the night before, a line of its nights, and the ends of months."""
    nights = worklist.nights
    if not worklist.trend:
        return "<p>Nothing has failed on any night that is shown.</p>"
    newest = nights[-1]
    by_rule: dict[str, dict[date, dict]] = {}
    for row in worklist.trend:
        by_rule.setdefault(row["rule_id"], {})[row["night"]] = row
    months = [night for night in nights if (night + timedelta(days=1)).day == 1][-_MONTH_ENDS:]
    body = []
    for rule_id, of_rule in sorted(by_rule.items()):
        now = of_rule.get(newest, {"open": 0, "new": 0, "cleared": 0})
        line = [of_rule[night]["open"] if night in of_rule else 0 for night in nights]
        at_months = [of_rule[night]["open"] if night in of_rule else 0 for night in months]
        cells = [(rule_id, "row"), now["open"], _said(now["new"]), _said(now["cleared"])]
        body.append(_row([*cells, _Markup(_sparkline(line, nights)), *at_months]))
    since = f"since {nights[-2]}" if len(nights) > 1 else "(no night before)"
    return (
        f"<p>Failures of each rule on {len(nights)} nights, {nights[0]} to {newest}: the last 40, and the ends of "
        "months before them. Accepted ones are counted too.</p>"
        + _table(
            "Failures by rule",
            [
                "rule",
                "open now",
                f"new {since}",
                f"cleared {since}",
                "all nights",
                *(f"on {night}" for night in months),
            ],
            body,
        )
    )


def _said(number: int | None) -> str | int:
    return "" if number is None else number


def _sparkline(numbers: list[int], nights: list[date]) -> str:
    """A small line of numbers, and in words what it shows."""
    width, height, highest = 160, 28, max([*numbers, 1])
    step = width / max(len(numbers) - 1, 1)
    points = " ".join(
        f"{number * step:.1f},{height - 2 - value / highest * (height - 4):.1f}" for number, value in enumerate(numbers)
    )
    words = (
        f"{numbers[0]} on {nights[0]}, {numbers[-1]} on {nights[-1]}, at least {min(numbers)}, at most {max(numbers)}"
    )
    return (
        f'<svg role="img" aria-label="{escape(words)}" width="{width}" height="{height}">'
        f'<polyline points="{points}" fill="none" stroke="#0b4f9c" stroke-width="2"/></svg>'
    )


def _list(number: int, one: OneList) -> str:
    head = f'<h2 id="list-{number}">{escape(one.title)}</h2>'
    note = f"<p>{escape(one.note)}.</p>" if one.note else ""
    if not one.rows:
        return f"{head}{note}<p>Nothing to put right.</p>"
    body = [
        _row(
            [
                _Markup(f'<span class="{escape(row["severity"])}">{escape(row["severity"])}</span>'),
                row["nights_open"],
                row["child_ref"],
                row["worker_id"],
                f"{row['source']}.{row['table_name']}",
                row["record_key"] or ("no key" if row["record_numbers"] else "the whole table"),
                row["column_name"],
                row["what_is_wrong"] + (". The record is held back" if row["is_held"] else ""),
                row["how_to_fix"],
                _place(row),
                row["rule_id"],
            ]
        )
        for row in one.rows[:_MOST_ROWS]
    ]
    headings = ["severity", "nights open", "child", "worker", "table", "record", "column", "what is wrong"]
    headings += ["how to fix it", "file", "rule"]
    more = len(one.rows) - _MOST_ROWS
    rest = f"<p>{more} more stand in the workbook.</p>" if more > 0 else ""
    return f"{head}{note}{_table(f'{one.title}: {len(one.rows)} open', headings, body)}{rest}"


def _place(row: dict) -> str:
    numbers = record_numbers(row)
    return f"{row['file_name']}, record {numbers}" if numbers else (row["file_name"] or "")


def _accepted(worklist: Worklist) -> str:
    said = f"<p>{escape(HELD)}. {escape(WHERE)}.</p>"
    if not worklist.accepted:
        return f"{said}<p>Nothing is accepted.</p>"
    body = [
        _row(
            [
                row["state"] + ("; the record is still held back" if row["is_held"] else ""),
                row["failures"],
                row["rule_id"],
                row["table_name"],
                row["record_key"],
                row["column_name"],
                row["reason"],
                row["accepted_by"],
                _said(row["accepted_on"]),
                _said(row["accepted_until"]),
            ]
        )
        for row in worklist.accepted
    ]
    headings = [
        "state",
        "failures left out",
        "rule",
        "table",
        "record",
        "column",
        "reason",
        "accepted by",
        "from",
        "until",
    ]
    return said + _table("Every line of the seed accepted_failure, and what it does", headings, body)


class _Markup(str):
    """Text that is HTML already."""


def _row(cells: Iterable) -> str:
    """A row of a table. A cell is a text, a number, markup, or a pair that makes it the heading of its row."""
    out = []
    for cell in cells:
        if isinstance(cell, tuple):
            out.append(f'<th scope="row" class="key">{escape(cell[0])}</th>')
        elif isinstance(cell, _Markup):
            out.append(f"<td>{cell}</td>")
        elif isinstance(cell, int):
            out.append(f'<td class="number">{cell}</td>')
        else:
            out.append(f'<td class="key">{escape("" if cell is None else str(cell))}</td>')
    return f"<tr>{''.join(out)}</tr>"


def _table(caption: str, headings: list[str], rows: list[str]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    # a table wider than the window is scrolled: with the keyboard too
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
