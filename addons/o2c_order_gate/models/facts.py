"""The figures that a decision keeps, as tables for people."""

from markupsafe import Markup

TABLE = Markup(
    "<div class='table-responsive'><table class='table table-sm o2c_gate_facts'>"
    "%s</table></div>"
)
ROW = Markup("<tr>%s</tr>")
HEAD = Markup("<th>%s</th>")
CELL = Markup("<td>%s</td>")
# ids: for those who read the record, not for people
HIDDEN = ("customer", "policy", "rule")


def facts_table(facts, findings, labels):
    """HTML of the figures of an order, of its lines and of the findings.

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
    tables = [_pairs(order, labels), _grid(list(lines.values()), labels)]
    return Markup("").join(filter(None, tables)) or False


def _pairs(figures, labels):
    rows = [
        ROW % (HEAD % _label(name, labels) + CELL % _text(value))
        for name, value in figures.items()
        if name not in HIDDEN and value not in ("", None, [])
    ]
    return TABLE % Markup("").join(rows) if rows else ""


def _grid(rows, labels):
    names = [n for n in dict.fromkeys(n for row in rows for n in row)]
    names = [name for name in names if name not in HIDDEN]
    if not names:
        return ""
    head = ROW % Markup("").join(HEAD % _label(name, labels) for name in names)
    body = [
        ROW % Markup("").join(CELL % _text(row.get(name)) for name in names)
        for row in rows
    ]
    return TABLE % (head + Markup("").join(body))


def _text(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _label(name, labels):
    return labels.get(name) or name.replace("_", " ").capitalize()
