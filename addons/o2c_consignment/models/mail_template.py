from odoo import models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_attachments(
        self, res_ids, render_fields, render_results=None
    ):
        # EXTENDS mail: what cannot be printed now is sent without its print
        if self.env.context.get("o2c_without_reports"):
            render_fields = set(render_fields) - {"report_template_ids"}
        return super()._generate_template_attachments(
            res_ids, render_fields, render_results=render_results
        )
