"""The words of agreements, changes of prices and invoices in the pricing tests."""

from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .common import PricingCommon


class AgreementCommon(PricingCommon):
    """The wholesaler with somebody who invoices and a sales manager who sets prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._user("felipe", "account.group_account_invoice")
        cls.boss = cls._user(
            "rosa", "sales_team.group_sale_manager,product.group_product_manager"
        )
        cls.today = cls.env["o2c.gate.decision"]._today()

    @contextmanager
    def assertRefused(self, text):
        """What is done in the block is refused, rolled back, and the reason said."""
        with self.assertRaises(UserError) as refused:
            yield
        self.assertRegex(str(refused.exception), text)

    @classmethod
    def _propose(cls, *lines, user=None, **values):
        """A draft agreement of the salesperson; a line is values, default 80 a unit."""
        return (
            cls.env["o2c.commercial.agreement"]
            .with_user(user or cls.seller)
            .create(
                {
                    "title": "Prices of the year",
                    "partner_id": cls.customer.id,
                    "date_from": cls.today,
                    "line_ids": [
                        Command.create(
                            {"product_id": cls.goods.id, "price": 80, **line}
                        )
                        for line in lines or ({},)
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _agree(cls, *lines, **values):
        """An agreement in force."""
        agreement = cls._propose(*lines, **values)
        agreement.action_ask()
        agreement.with_user(cls.approver).action_approve("Large customer")
        return agreement

    @classmethod
    def _in_days(cls, days):
        return fields.Date.add(cls.today, days=days)

    @classmethod
    def _invoice(cls, order, **values):
        """The draft invoice of what an order has to invoice."""
        invoice = order.sudo()._create_invoices(**values)
        return invoice.with_user(cls.biller)

    @classmethod
    def _sell_and_deliver(cls, *lines, **values):
        cls._stock(cls.goods, 100)
        order = cls._sell(*lines, **values)
        cls._deliver(order)
        return order
