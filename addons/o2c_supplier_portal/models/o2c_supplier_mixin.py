from odoo import api, fields, models
from odoo.tools import SQL

# what `consigned` reads
CONSIGNED_DEPENDS = {
    "o2c.consignment.agreement": ["company_id", "consignor_id", "state"]
}


def consigned(alias) -> SQL:
    """Condition: the goods' owner has, or had, a contract in force with the company.

    :param str alias: of a table with owner_id and company_id
    """
    return SQL(
        """EXISTS (
               SELECT FROM o2c_consignment_agreement a
                WHERE a.consignor_id = %(owner)s
                  AND a.company_id = %(company)s
                  AND a.state != 'draft'
           )""",
        owner=SQL.identifier(alias, "owner_id"),
        company=SQL.identifier(alias, "company_id"),
    )


class O2cSupplierMixin(models.AbstractModel):
    """A read model of the portal: a query that holds nothing a supplier may not see.

    Portal users of suppliers have read access to these and to none of the models
    beneath, so that a record rule is enough to keep suppliers apart, over RPC too.
    Each model names the permission that its rule asks for.
    """

    _name = "o2c.supplier.mixin"
    _description = "Supplier Portal Read Model"

    consignor_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        return self._o2c_query()

    def _o2c_query(self) -> SQL:
        """Return the query of the model."""
        raise NotImplementedError

    @api.model
    def _o2c_labels(self, ids):
        """Return what a list shows of rows beyond their columns: id → field → text.

        Ids were found in the scope of the user before.
        """
        return {}
