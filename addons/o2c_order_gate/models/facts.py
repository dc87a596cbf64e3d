"""The figures that a decision keeps, as tables for people."""

import re
from datetime import date

from markupsafe import Markup

from odoo.tools import format_date, formatLang

TABLE = Markup(
    "<div class='table-responsive'><table class='table table-sm o2c_gate_facts'>"
    "%s</table></div>"
)
ROW = Markup("<tr>%s</tr>")
HEAD = Markup("<th>%s</th>")
CELL = Markup("<td>%s</td>")
# ids: for those who read the record, not for people
HIDDEN = ("customer", "policy", "rule")
NUMBER = re.compile(r"-?\d+(\.(?P<decimals>\d+))?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def facts_table(env, facts, findings, labels):
    """HTML of the figures of an order, of its lines and of the findings.

    :param env: whose language numbers and dates are in
    :param dict facts: with ``order`` and ``lines`` as `_o2c_gate_facts` gives them
    :param findings: JSON form of the findings
    :param dict labels: {name of a figure: what people call it}
    :return: HTML, or False when there is nothing to show
    """
    about_lines = facts.get("lines") or {}
    order = dict(facts.get("order") or {})
    for finding in findings:
        if not finding["subject"]:
            order.update(finding["facts"])
    lines = {key: dict(figures) for key, figures in about_lines.items()}
    for finding in findings:
        key = finding["subject"].removeprefix("line:")
        if key in lines:
            lines[key].update(finding["facts"])
    tables = [_pairs(env, order, labels), _grid(env, list(lines.values()), labels)]
    return Markup("").join(filter(None, tables)) or False


def _pairs(env, figures, labels):
    rows = [
        ROW % (HEAD % _label(name, labels) + CELL % _text(env, value))
        for name, value in figures.items()
        if name not in HIDDEN and value not in ("", None, [])
    ]
    return TABLE % Markup("").join(rows) if rows else ""


def _grid(env, rows, labels):
    names = [n for n in dict.fromkeys(n for row in rows for n in row)]
    names = [name for name in names if name not in HIDDEN]
    if not names:
        return ""
    head = ROW % Markup("").join(HEAD % _label(name, labels) for name in names)
    body = [
        ROW % Markup("").join(CELL % _text(env, row.get(name)) for name in names)
        for row in rows
    ]
    return TABLE % (head + Markup("").join(body))


def _text(env, value):
    """A figure as the reader writes it; the record keeps it as it was."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    text = "" if value is None else str(value)
    if number := NUMBER.fullmatch(text):
        # prices have up to four places; what a computation left behind is noise
        places = len((number["decimals"] or "").rstrip("0"))
        return formatLang(env, float(text), digits=min(4, max(2, places)))
    if DAY.fullmatch(text):
        return format_date(env, date.fromisoformat(text))
    return text


def _label(name, labels):
    return labels.get(name) or name.replace("_", " ").capitalize()
