from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _o2c_customer_group(self):
        """The tag of a customer that suppliers may see as his group.

        :rtype: res.partner.category
        """
        self.ensure_one()
        tags = (self.commercial_partner_id | self).category_id
        return tags.filtered("o2c_is_customer_group").sorted("id")[:1]
