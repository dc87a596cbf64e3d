import base64

from odoo import fields, models
from odoo.exceptions import UserError


class O2cSriFetch(models.TransientModel):
    """Asks for access keys or files, and fetches their documents from the SRI."""

    _name = "o2c.sri.fetch"
    _description = "Fetch Documents of the SRI"

    access_keys = fields.Text(help="One access key of 49 digits a line.")
    file = fields.Binary(
        help="The TXT of “Comprobantes recibidos” of SRI en Línea, an XML, or a ZIP of "
        "them."
    )
    file_name = fields.Char()

    def action_fetch(self):
        """Fetch all documents; nothing is kept when one of a few fails.

        Many are stored and fetched in the background, each for itself.
        """
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        files = []
        if self.access_keys and self.access_keys.strip():
            files.append((self.env._("Pasted keys"), self.access_keys.encode()))
        if self.file:
            files.append(
                (
                    self.file_name or self.env._("File"),
                    base64.b64decode(self.with_context(bin_size=False).file),
                )
            )
        if not files:
            raise UserError(self.env._("Paste access keys, or choose a file."))
        intake = self.env["o2c.sri.intake"]._o2c_take(
            ", ".join(name for name, _data in files), files, self.env.company
        )
        intake._o2c_fetch_now()
        if intake.state == "waiting":
            return intake.with_env(self.env)._get_records_action()
        return intake.line_ids.received_id.with_env(self.env)._get_records_action()
