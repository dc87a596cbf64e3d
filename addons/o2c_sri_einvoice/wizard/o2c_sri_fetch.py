from odoo import fields, models
from odoo.exceptions import UserError


class O2cSriFetch(models.TransientModel):
    """Asks for access keys and fetches their documents from the SRI."""

    _name = "o2c.sri.fetch"
    _description = "Fetch Documents of the SRI"

    access_keys = fields.Text(required=True, help="One access key of 49 digits a line.")

    def action_fetch(self):
        """Fetch all keys; nothing is kept when one of them fails."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        received, problems = self.env["o2c.sri.received"], []
        for key in dict.fromkeys(self.access_keys.split()):
            try:
                received |= received._o2c_fetch(key, self.env.company)
            except UserError as error:
                problems.append(f"{key}: {error}")
        if problems:
            raise UserError("\n".join(problems))
        return received.with_env(self.env)._get_records_action()
