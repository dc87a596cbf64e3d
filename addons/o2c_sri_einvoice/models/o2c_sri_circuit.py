import random
from datetime import timedelta

from odoo import api, fields, models

from ..outbox import backoff
from ..outbox.courier import Result

# So many documents in a row without an answer mean that the SRI is down.
FAILURES_TO_OPEN = 5


class O2cSriCircuit(models.Model):
    """Whether an environment of the SRI answers; open means: leave it alone.

    While open nothing is sent; when the pause ends a few documents probe it. The
    first answer closes it and makes due at once what waited for the outage.
    """

    _name = "o2c.sri.circuit"
    _description = "Availability of the SRI"
    _rec_name = "environment"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    environment = fields.Selection(
        [("1", "Test"), ("2", "Production")], required=True, readonly=True
    )
    failures = fields.Integer(readonly=True)
    open_until = fields.Datetime(readonly=True)

    _unique_environment = models.Constraint(
        "UNIQUE(company_id, environment)", "One row a company and environment."
    )

    @api.model
    def _o2c_closed_domain(self):
        """Return a domain on documents that leaves out what is not answering."""
        now = fields.Datetime.now()
        domain = []
        for circuit in self.search([("open_until", ">", now)]):
            domain += [
                "|",
                ("company_id", "!=", circuit.company_id.id),
                ("environment", "!=", circuit.environment),
            ]
        return domain

    @api.model
    def _o2c_probing(self):
        """Return {(company id, environment)} that has not answered since its pause."""
        silent = self.search([("failures", ">=", FAILURES_TO_OPEN)])
        return {(circuit.company_id.id, circuit.environment) for circuit in silent}

    @api.model
    def _o2c_record(self, document, report):
        """Count an outcome of a document."""
        circuit = self.sudo().search(
            [
                ("company_id", "=", document.company_id.id),
                ("environment", "=", document.environment),
            ]
        )
        if report.result is not Result.UNKNOWN:
            if circuit.failures:
                circuit.try_lock_for_update()._o2c_close()
            return
        if not circuit:
            circuit = self.sudo().create(
                {
                    "company_id": document.company_id.id,
                    "environment": document.environment,
                }
            )
        # Another worker that counts this very moment counts the same outage.
        circuit = circuit.try_lock_for_update()
        if not circuit:
            return
        now = fields.Datetime.now()
        if circuit.open_until and circuit.open_until > now:
            # The rest of the batch that was on its way when it opened.
            return
        failures = circuit.failures + 1
        vals = {"failures": failures}
        rounds = failures - FAILURES_TO_OPEN + 1
        if rounds > 0:
            chance = random.random()  # noqa: S311 - spread, not secrecy
            seconds = backoff.until_retry(rounds, chance)
            vals["open_until"] = now + timedelta(seconds=seconds)
        circuit.write(vals)

    def _o2c_close(self):
        """The SRI answers again: what waited is due now, oldest first."""
        self.write({"failures": 0, "open_until": False})
        for circuit in self:
            waiting = (
                self.env["o2c.sri.document"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", circuit.company_id.id),
                        ("environment", "=", circuit.environment),
                        ("state", "=", "sent"),
                        ("unanswered", ">", 0),
                    ]
                )
            )
            waiting.try_lock_for_update().write({"next_try": fields.Datetime.now()})
