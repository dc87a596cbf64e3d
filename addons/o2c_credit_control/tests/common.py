from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from ..models.dates import today

COLLECTOR = "o2c_credit_control.o2c_credit_control_group_collector"
MANAGER = "o2c_credit_control.o2c_credit_control_group_manager"


class CreditCommon(BaseCommon):
    """A company that sells on credit; everybody works with his own rights.

    Goods cost 100 without taxes, so that one unit is 100 of exposure.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company_data = cls._books_of(cls.env.company)
        cls.today = today(cls.env)
        cls.seller = cls._user("credit_seller", "sales_team.group_sale_salesman")
        cls.collector = cls._user("credit_collector", COLLECTOR)
        cls.manager = cls._user("credit_manager", MANAGER)
        cls.accountant = cls._user("credit_accountant", "account.group_account_invoice")
        cls.storekeeper = cls._user("credit_storekeeper", "stock.group_stock_user")
        cls.policy = (
            cls.env["o2c.credit.policy"]
            .sudo()
            .search([("company_id", "=", cls.company.id)])
        )
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Rice, sack of 50 kg",
                "is_storable": True,
                "invoice_policy": "delivery",
                "list_price": 100,
                "taxes_id": [fields.Command.clear()],
            }
        )
        cls.customer = cls._customer("Abarrotes del Sur", limit=1000)

    @classmethod
    def _books_of(cls, company):
        """What documents of a company are booked with."""
        journals = cls.env["account.journal"].search([("company_id", "=", company.id)])
        if "l10n_latam_use_documents" in journals:
            # a document's number is not what credit is about
            journals.l10n_latam_use_documents = False
        revenue = cls.env["account.account"].with_company(company)
        return {
            "company": company,
            "default_journal_sale": journals.filtered(lambda j: j.type == "sale")[:1],
            "default_journal_bank": journals.filtered(lambda j: j.type == "bank")[:1],
            "default_account_revenue": revenue.search(
                [
                    ("company_ids", "=", company.id),
                    ("account_type", "=", "income"),
                ],
                limit=1,
            ),
        }

    @classmethod
    def _second_company(cls):
        """Another company of the database, with its books."""
        company = cls._create_company(name="Second company")
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        return cls._books_of(company)

    @classmethod
    def _user(cls, login, groups, **values):
        values = {
            "company_id": cls.company.id,
            "company_ids": cls.company.ids,
            "lang": "en_US",
            **values,
        }
        return new_test_user(cls.env, login=login, groups=groups, **values)

    @classmethod
    def _customer(cls, name, limit=0, **values):
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name[:3]}@example.com",
                **values,
            }
        )
        partner.with_company(cls.company).sudo().credit_limit = limit
        return partner

    def _day(self, offset):
        return self.today + timedelta(days=offset)

    # ------------------------------------------------------------------- sales
    def _quote(self, units=1, partner=None, user=None, **values):
        orders = self.env["sale.order"].with_user(user or self.seller)
        return orders.create(
            {
                "partner_id": (partner or self.customer).id,
                "company_id": self.company.id,
                "user_id": (user or self.seller).id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.goods.id,
                            "product_uom_qty": units,
                            "price_unit": 100,
                        }
                    )
                ],
                **values,
            }
        )

    def _sell(self, units=1, partner=None, **values):
        order = self._quote(units, partner, **values)
        order.action_confirm()
        return order

    def _deliver(self, order, units=None, backorder=True):
        picking = order.sudo().picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )[:1]
        picking = picking.with_user(self.storekeeper)
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty if units is None else units
            move.picked = True
        skip = {"skip_backorder": True}
        if not backorder:
            skip["picking_ids_not_to_backorder"] = picking.ids
        picking.with_context(**skip).button_validate()
        return picking

    def _invoice(self, order, post=True):
        invoice = order.sudo()._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    # -------------------------------------------------------------- accounting
    def _bill(self, amount, late=0, partner=None, company_data=None, post=True):
        """An invoice without an order, ``late`` days past due."""
        data = company_data or self.company_data
        moves = self.env["account.move"].with_company(data["company"]).sudo()
        invoice = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "journal_id": data["default_journal_sale"].id,
                "invoice_date": self._day(-abs(late) - 30),
                "invoice_date_due": self._day(-late),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "name": "Goods",
                            "price_unit": amount,
                            "account_id": data["default_account_revenue"].id,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _pay(self, invoices, amount=None, day=None):
        """The accountant registers money that came in."""
        wizard = self.env["account.payment.register"].with_user(self.accountant)
        wizard = wizard.with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(
            {"payment_date": day or self.today, "group_payment": len(invoices) > 1}
        )
        if amount is not None:
            wizard.amount = amount
        return wizard._create_payments()

    def _pay_on_account(self, amount, partner=None):
        """Money that nobody has matched with an invoice yet."""
        payment = self.env["account.payment"].with_user(self.accountant)
        payment = payment.create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "date": self.today,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    # ------------------------------------------------------------------ credit
    def _exposure(self, partner=None, company=None):
        partner = partner or self.customer
        exposures = self.env["o2c.credit.exposure"]._read_exposure(
            partner, company or self.company
        )
        return exposures[partner.id]

    def _promise(self, amount, day, moves=None, partner=None):
        promises = self.env["o2c.credit.promise"].with_user(self.collector)
        return promises.create(
            {
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "date": self._day(day),
                "move_ids": [fields.Command.set(moves.ids)] if moves else [],
            }
        )

    def _pass_days(self, promise, days):
        """Let a promise grow older, without waiting."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE o2c_credit_promise SET date = date - %s WHERE id IN %s",
            (days, tuple(promise.ids)),
        )
        promise.invalidate_recordset(["date"])

    def _hold(self, reason="Cheque returned", partner=None):
        holds = self.env["o2c.credit.hold"].with_user(self.collector)
        return holds.create(
            {"partner_id": (partner or self.customer).id, "reason": reason}
        )

    def _policies(self, order, checkpoint="confirm"):
        """Codes of the credit policies that an order breaks."""
        findings = order.sudo()._o2c_gate_findings(checkpoint)[order.id]
        return [f.policy for f in findings if f.policy.startswith("credit.")]

    def _approve(self, order, reason="Known customer, pays tomorrow", **options):
        requests = order.action_o2c_request_approval()
        requests.with_user(self.manager).action_approve(reason, **options)
        return requests

    def _daily_run(self, function):
        """What a cron calls, without the commits that a test must not make."""
        cron = self.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *_args, **_kw: 60.0):
            return function()

    def _on_hold(self, partner=None):
        partner = (partner or self.customer).with_company(self.company)
        return partner.with_user(self.seller).o2c_credit_hold
