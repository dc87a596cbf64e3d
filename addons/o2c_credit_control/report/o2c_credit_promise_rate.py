from odoo import fields, models


class O2cCreditPromiseRate(models.Model):
    """How promises were kept, one row per promise that has been decided; a view."""

    _name = "o2c.credit.promise.rate"
    _description = "Promises kept"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    # so that pending writes reach the database before the view is read
    _depends = {
        "o2c.credit.promise": [
            "amount",
            "channel",
            "company_id",
            "date",
            "kept",
            "missing",
            "partner_id",
            "state",
            "user_id",
        ],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("visit", "Visit"),
            ("portal", "Portal"),
        ],
        readonly=True,
    )
    promised = fields.Monetary(readonly=True)
    kept = fields.Monetary("Kept in time", readonly=True)
    missing = fields.Monetary("Still missing", readonly=True)
    rate = fields.Float(
        "Kept (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Share of each promise that was there in time; of several, the average.",
    )

    @property
    def _table_query(self):
        return """
            SELECT promise.id, promise.date, promise.company_id, company.currency_id,
                   promise.partner_id, promise.user_id, promise.channel,
                   promise.amount AS promised, COALESCE(promise.kept, 0) AS kept,
                   promise.missing,
                   100 * COALESCE(promise.kept, 0) / promise.amount AS rate
              FROM o2c_credit_promise promise
              JOIN res_company company ON company.id = promise.company_id
             WHERE promise.state IN ('kept', 'partly', 'broken')
        """
