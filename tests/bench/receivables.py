"""Tens of thousands of customers and open invoices, copied row by row in SQL.

One invoice is posted by Odoo; the others are copies of its rows with another customer,
number and due date. What reads them cannot tell the difference, and making them takes
seconds instead of an hour.
"""

from datetime import timedelta

from odoo import Command, fields

from .world import ECUADOR, sales_journal

AMOUNT = 100


def customers(env, count):
    """Companies that may be invoiced; committed by the caller.

    :return: list of their ids
    """
    made = env["res.partner"].create(
        [
            {"name": f"Bench {n}", "is_company": True, "email": f"c{n}@example.com"}
            for n in range(count)
        ]
    )
    return made.ids


def open_items(env, partner_ids, count, *, overdue=10, spread=1):
    """Post `count` open invoices of 100, given to the customers in turns.

    :param int overdue: days since the first of them fell due
    :param int spread: over how many days back from there the due dates go
    """
    model = _posted_invoice(env, partner_ids[0], overdue)
    env.flush_all()
    moves = _columns(env, "account_move", "name payment_reference sequence_number")
    lines = _columns(env, "account_move_line", "move_id move_name")
    env.cr.execute(
        f"""
        WITH number AS (
            SELECT n, (%(partners)s)[n %% %(customers)s + 1] AS partner,
                   %(today)s::date - %(overdue)s - n %% %(spread)s AS due
              FROM generate_series(1, %(count)s - 1) AS n
        ), made AS (
            INSERT INTO account_move (name, sequence_number, {", ".join(moves)})
            SELECT %(prefix)s || n, 1000000 + n, {", ".join(moves.values())}
              FROM account_move model, number WHERE model.id = %(model)s
         RETURNING id, name, partner_id AS partner, invoice_date_due AS due
        )
        INSERT INTO account_move_line (move_id, move_name, {", ".join(lines)})
        SELECT made.id, made.name, {", ".join(lines.values())}
          FROM account_move_line model, made WHERE model.move_id = %(model)s
        """,
        {
            "model": model.id,
            "partners": partner_ids,
            "customers": len(partner_ids),
            "count": count,
            "prefix": f"Bench {model.id}-",
            "today": _today(env),
            "overdue": overdue,
            "spread": spread,
        },
    )
    env.invalidate_all()


def vacuum(env):
    """Give PostgreSQL the statistics that a database in use has; commits."""
    env.cr.commit()
    for table in ("account_move", "account_move_line", "res_partner"):
        env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()


def _columns(env, table, others):
    """{column: where a copy takes it from} of a table, but for `id` and `others`."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        (table,),
    )
    names = {row[0] for row in env.cr.fetchall()} - {"id", *others.split()}
    columns = {name: f"model.{name}" for name in sorted(names)}
    for name in ("partner_id", "commercial_partner_id", "partner_shipping_id"):
        if name in columns:
            columns[name] = "partner"
    for name in ("invoice_date_due", "date_maturity"):
        if name in columns:
            columns[name] = f"CASE WHEN model.{name} IS NULL THEN NULL ELSE due END"
    for name in ("access_token", "sending_data"):
        if name in columns:
            columns[name] = "NULL"
    return columns


def _posted_invoice(env, partner_id, overdue):
    due = _today(env) - timedelta(days=overdue)
    line = {"name": "Goods", "price_unit": AMOUNT, "tax_ids": [Command.clear()]}
    invoice = env["account.move"].create(
        {
            # of a kind without an electronic document: nothing is sent anywhere
            "move_type": "out_invoice",
            "partner_id": partner_id,
            "journal_id": _plain_journal(env).id,
            "invoice_date": min(due, _today(env)),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    invoice.action_post()
    return invoice


def _plain_journal(env):
    """A journal of sales whose documents the SRI never sees."""
    journal = sales_journal(env)
    return journal.search([("code", "=", "BNCH")], limit=1) or journal.create(
        {
            "name": "Bench",
            "code": "BNCH",
            "type": "sale",
            "default_account_id": journal.default_account_id.id,
            "l10n_latam_use_documents": False,
        }
    )


def _today(env):
    return fields.Date.context_today(env.user.with_context(tz=ECUADOR))
