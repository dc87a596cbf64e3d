from odoo import api, fields, models
from odoo.fields import Command

CHECKED = ("account.move", "sale.order", "stock.picking", "o2c.sri.withholding")


class O2cSriCheck(models.TransientModel):
    """What keeps documents from being issued, each with a link to where it is mended.

    Entry point: ``action_show``, with ``o2c_check_model`` and ``o2c_check_ids`` in its
    context; the problems are worked out anew, so that the list is of now.
    """

    _name = "o2c.sri.check"
    _description = "Problems Before Issuing to the SRI"

    line_ids = fields.One2many("o2c.sri.check.line", "check_id", readonly=True)

    @api.model
    def action_show(self):
        """Open the problems of the records that the context names.

        Stored first: the web client runs no button on lines that are not.
        """
        check = self.create(
            {
                "line_ids": [
                    Command.create(self._prepare_line(problem, record))
                    for record in self._checked()
                    for problem in record._o2c_check_problems()
                ]
            }
        )
        return check._get_records_action(
            name=self.env._("To Mend Before Issuing to the SRI"), target="new"
        )

    @api.model
    def _checked(self):
        model = self.env.context.get("o2c_check_model")
        if model not in CHECKED:
            return self.browse()
        return self.env[model].browse(self.env.context.get("o2c_check_ids")).exists()

    @api.model
    def _prepare_line(self, problem, record):
        about = problem.record or record
        return {
            "name": problem,
            "record": f"{about._name},{about.id}",
            "in_settings": problem.in_settings,
        }


class O2cSriCheckLine(models.TransientModel):
    _name = "o2c.sri.check.line"
    _description = "Problem Before Issuing to the SRI"

    check_id = fields.Many2one("o2c.sri.check", required=True, ondelete="cascade")
    name = fields.Text(string="What is wrong", readonly=True)
    record = fields.Reference(
        selection=[
            ("account.move", "Invoice"),
            ("sale.order", "Order"),
            ("res.partner", "Contact"),
            ("res.company", "Company"),
            ("product.product", "Product"),
            ("account.tax", "Tax"),
            ("stock.picking", "Transfer"),
            ("o2c.sri.withholding", "Withholding"),
        ],
        string="Where",
        readonly=True,
    )
    in_settings = fields.Boolean(readonly=True)

    def action_open(self):
        """Open what is to be mended: a record, or the settings of its company."""
        if self.in_settings and self.env.user.has_group("base.group_system"):
            action = "account.action_account_config"
            return self.env["ir.actions.act_window"]._for_xml_id(action)
        return self.record._get_records_action()
