from odoo import fields, models
from odoo.tools import SQL


class O2cSriMonitor(models.Model):
    """How the electronic documents of each company are doing, one row a company.

    Each figure is one look into an index, however many documents there are.
    """

    _name = "o2c.sri.monitor"
    _description = "Monitor of Electronic Documents"
    _auto = False
    _order = "waiting_hours desc, failed desc, id"
    _rec_name = "company_id"

    # so that pending writes reach the database before the view is read
    _depends = {
        "o2c.sri.certificate": ["valid_to"],
        "o2c.sri.circuit": ["open_until"],
        "o2c.sri.document": [
            "authorised_on",
            "cause",
            "company_id",
            "mail_state",
            "next_try",
            "seconds_to_authorise",
            "state",
        ],
        "res.company": ["o2c_sri_certificate_id", "o2c_sri_enabled"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    waiting = fields.Integer(readonly=True)
    waiting_hours = fields.Float(
        string="Oldest Waits (hours)", readonly=True, aggregator="max"
    )
    cause = fields.Char(string="Oldest Waits For", readonly=True)
    failed = fields.Integer(string="To Correct", readonly=True)
    not_mailed = fields.Integer(readonly=True)
    authorised_hour = fields.Integer(string="Authorised in an Hour", readonly=True)
    authorised_day = fields.Integer(string="Authorised in 24 Hours", readonly=True)
    seconds_to_authorise = fields.Float(
        string="Seconds to Authorise", readonly=True, aggregator="avg"
    )
    certificate_days = fields.Integer(
        string="Days of Certificate Left", readonly=True, aggregator="min"
    )
    silent_until = fields.Datetime(
        readonly=True, help="The SRI does not answer; it is tried again then."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT company.id,
                   company.id AS company_id,
                   waits.waiting,
                   EXTRACT(EPOCH FROM %(now)s - waits.oldest) / 3600 AS waiting_hours,
                   waits.cause,
                   failed.failed,
                   mails.not_mailed,
                   done.hour AS authorised_hour,
                   done.day AS authorised_day,
                   done.seconds AS seconds_to_authorise,
                   EXTRACT(DAY FROM certificate.valid_to - %(now)s)::int
                       AS certificate_days,
                   circuit.open_until AS silent_until
              FROM res_company company
              LEFT JOIN o2c_sri_certificate certificate
                     ON certificate.id = company.o2c_sri_certificate_id
              LEFT JOIN LATERAL (
                    SELECT MAX(open_until) AS open_until
                      FROM o2c_sri_circuit
                     WHERE company_id = company.id AND open_until > %(now)s
                   ) circuit ON TRUE
              LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS waiting,
                           MIN(create_date) AS oldest,
                           (ARRAY_AGG(cause ORDER BY id))[1] AS cause
                      FROM o2c_sri_document
                     WHERE company_id = company.id AND next_try IS NOT NULL
                   ) waits ON TRUE
              LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS failed
                      FROM o2c_sri_document
                     WHERE company_id = company.id
                       AND state IN ('draft', 'returned', 'rejected')
                   ) failed ON TRUE
              LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS not_mailed
                      FROM o2c_sri_document
                     WHERE company_id = company.id AND mail_state = 'failed'
                   ) mails ON TRUE
              LEFT JOIN LATERAL (
                    SELECT COUNT(*) AS day,
                           COUNT(*) FILTER (
                               WHERE authorised_on > %(now)s - INTERVAL '1 hour'
                           ) AS hour,
                           AVG(seconds_to_authorise) AS seconds
                      FROM o2c_sri_document
                     WHERE company_id = company.id
                       AND authorised_on > %(now)s - INTERVAL '1 day'
                   ) done ON TRUE
             WHERE company.o2c_sri_enabled
            """,
            now=fields.Datetime.now(),
        )

    # === ACTION METHODS === #

    def _o2c_documents_action(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_sri_einvoice.o2c_sri_document_action"
        )
        return {
            **action,
            "name": name,
            "domain": [("company_id", "=", self.company_id.id), *domain],
        }

    def action_waiting(self):
        return self._o2c_documents_action(
            self.env._("Waiting for the SRI"), [("next_try", "!=", False)]
        )

    def action_failed(self):
        return self._o2c_documents_action(
            self.env._("To be corrected"),
            [("state", "in", ("draft", "returned", "rejected"))],
        )

    def action_not_mailed(self):
        return self._o2c_documents_action(
            self.env._("Could not be mailed"), [("mail_state", "=", "failed")]
        )
