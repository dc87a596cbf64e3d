"""The day that counts for terms and promises."""

from odoo import fields

ECUADOR = "America/Guayaquil"


def today(env):
    """Today in Ecuador, whatever the time zone of the user or the server."""
    return fields.Date.context_today(env["res.users"].with_context(tz=ECUADOR))


# The same day for a view, which is asked whenever somebody looks; clock of PostgreSQL.
SQL_TODAY = f"(now() AT TIME ZONE '{ECUADOR}')::date"
