"""Electronic documents of years, and what the SRI's screens ask of them."""

from odoo.tools import SQL

# A number of the history, told by its place: years ago in both worlds.
OLD_NUMBER = "001-001-000000777"


def fill(env, rows, week):
    """Write a history of authorised documents, and a week with some that wait.

    :param int rows: how many in all
    :param int week: how many of them in the last seven days
    """
    company = env.company
    company.o2c_sri_enabled = True
    partner = env["res.partner"].create({"name": "Cliente del historial"})
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO o2c_sri_document (
                   document_type, company_id, environment, establishment,
                   emission_point, sequential, number, access_key, issue_date,
                   partner_id, total, state, authorised_on, received_on, create_date,
                   write_date, attempts, unanswered, mail_state, next_try,
                   seconds_to_authorise, cause)
            SELECT CASE WHEN n %% 10 = 0 THEN '04' ELSE '01' END, %(company)s, '1',
                   '001', '001', lpad(n::text, 9, '0'),
                   '001-001-' || lpad(n::text, 9, '0'), lpad(n::text, 49, '0'),
                   moment::date, %(partner)s, 100, state,
                   CASE state WHEN 'authorised' THEN moment END, moment, moment, moment,
                   1, 0,
                   CASE WHEN n > %(rows)s - %(week)s AND n %% 50 = 2
                        THEN 'failed' ELSE 'sent' END,
                   CASE state WHEN 'sent' THEN moment END, 1 + n %% 7,
                   CASE state WHEN 'sent' THEN 'timeout' END
              FROM (SELECT n,
                           (now() AT TIME ZONE 'UTC')::timestamp(0) - CASE
                               WHEN n > %(rows)s - %(week)s
                               THEN (%(rows)s - n) * interval '7 days' / %(week)s
                               ELSE interval '8 days'
                                    + (%(rows)s - n) * interval '60 seconds'
                           END AS moment,
                           CASE WHEN n <= %(rows)s - %(week)s THEN 'authorised'
                                WHEN n %% 50 = 0 THEN 'sent'
                                WHEN n %% 50 = 1 THEN 'returned'
                                ELSE 'authorised'
                           END AS state
                      FROM generate_series(1, %(rows)s) n) history
            """,
            company=company.id,
            partner=partner.id,
            rows=rows,
            week=week,
        )
    )
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE o2c_sri_document")
    env.cr._cnx.autocommit = False


LIST = {
    name: {}
    for name in (
        "issue_date",
        "document_type",
        "number",
        "total",
        "state",
        "last_message",
    )
}
LIST["partner_id"] = {"fields": {"display_name": {}}}
BOARD = {
    name: {}
    for name in (
        "waiting",
        "waiting_hours",
        "cause",
        "failed",
        "not_mailed",
        "authorised_hour",
        "authorised_day",
        "seconds_to_authorise",
        "certificate_days",
    )
}


def _page(domain):
    """A page of the list with its count, as `web_search_read` answers it."""

    def ask(env):
        return env["o2c.sri.document"].web_search_read(
            domain, LIST, limit=80, count_limit=10_001
        )["records"]

    return ask


def _by(*groups):
    def ask(env):
        return env["o2c.sri.document"].formatted_read_group(
            [("authorised_on", ">", "today -7d")],
            groups,
            ["__count", "seconds_to_authorise:avg"],
        )

    return ask


def _board(env):
    return env["o2c.sri.monitor"].web_search_read([], BOARD)["records"]


def _of_customer(env):
    """The issued invoice that a customer's withholding names."""
    received = env["o2c.sri.received"].new(
        {"company_id": env.company.id, "environment": "1"}
    )
    return received._o2c_issued(OLD_NUMBER.replace("-", ""))


QUESTIONS = {
    "board": _board,
    "list": _page([]),
    "waiting": _page([("next_try", "!=", False)]),
    "failed": _page([("state", "in", ("draft", "returned", "rejected"))]),
    "not_mailed": _page([("mail_state", "=", "failed")]),
    "hours": _by("authorised_on:hour"),
    "hours_by_type": _by("authorised_on:hour", "document_type"),
    "search_number": _page([("number", "ilike", "000000777")]),
    "search_key": _page([("access_key", "=", "0" * 46 + "777")]),
    "of_customer": _of_customer,
}
