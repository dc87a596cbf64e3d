from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gate_core import Link
from .messages import log_refused
from .o2c_gate_chain import BATCH


class GateSealed(models.AbstractModel):
    """A log of decisions that only grows: rows are made by `_append`, and neither
    changed nor deleted by anyone; each seals the one before.

    Who inherits it names its log in `_o2c_log` (a value of `o2c.gate.chain.log`), has a
    `company_id` and a unique index on company and sequence, and gives
    `_sealed_content`.
    """

    _name = "o2c.gate.sealed"
    _description = "Sealed Decision"
    _o2c_log = None

    sequence = fields.Integer(string="Number", readonly=True)
    previous = fields.Char(string="Seal of the decision before", readonly=True)
    digest = fields.Char(string="Seal", readonly=True)

    # Refusing is all that these do: there is nothing for super() to do.
    # pylint: disable=method-required-super,no-raise-unlink
    @api.model_create_multi
    def create(self, vals_list):
        log_refused("create", self, "append-only")
        raise UserError(
            self.env._("Decisions are made by approving or refusing, on the document.")
        )

    def write(self, vals):
        log_refused("write", self, f"append-only: {', '.join(sorted(vals))}")
        raise UserError(
            self.env._("A decision is kept as it was taken. Take a new one instead.")
        )

    def unlink(self):
        log_refused("unlink", self, "append-only")
        raise UserError(self.env._("Decisions are kept for good."))

    def copy(self, default=None):
        raise UserError(self.env._("A decision cannot be copied. Take a new one."))

    @api.model
    def _append(self, values):
        """Seal and keep a row; entitlement is checked by the caller.

        :param dict values: of the row, with its company
        :return: the new record, without superuser rights
        """
        company = self.env["res.company"].browse(values["company_id"])
        chain = self.env["o2c.gate.chain"]._of(company, self._o2c_log)
        sequence, previous, digest = chain._append(self._sealed_content(values))
        values = {**values, "sequence": sequence, "previous": previous}
        # past our own create(), which refuses everybody else
        sealed = super(GateSealed, self.sudo()).create([{**values, "digest": digest}])
        return sealed.sudo(False)

    @api.model
    def _sealed_content(self, values):
        """What the seal of a row protects, from values or from `read` of the row."""
        raise NotImplementedError

    @api.model
    def _links(self, company):
        """Yield the rows of a company's log as they are stored, oldest first."""
        names = [
            name for name, field in self._fields.items() if field.store and name != "id"
        ]
        last = 0
        while True:
            self.invalidate_model()
            rows = self.sudo().search(
                [("company_id", "=", company.id), ("sequence", ">", last)],
                order="sequence",
                limit=BATCH,
            )
            if not rows:
                return
            for values in rows.read(names, load=None):
                last = values["sequence"]
                yield Link(
                    row=values["id"],
                    sequence=last,
                    previous=values["previous"],
                    content=self._sealed_content(values),
                    digest=values["digest"],
                )
