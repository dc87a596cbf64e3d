from odoo import Command, fields

from odoo.addons.base.tests.common import BaseCommon

from ..models.legal_time import legal_today

RUC = "1790016919001"


class ConsignmentCommon(BaseCommon):
    """The business in a few words: receive, sell, deliver, invoice, return, settle.

    Everything is done by people without system rights: the buyer, the warehouse, the
    salesperson, the accountant, and the manager who approves.

    ``in_ecuador`` plays in the company of the database when it has the Ecuadorian
    chart, documents with numbers of the tax authority and all; otherwise in a new
    company with the generic chart, as anywhere else.
    """

    in_ecuador = False

    @classmethod
    def _create_company(cls, **create_values):
        company = super()._create_company(**create_values)
        cls.env["account.chart.template"]._load(
            "generic_coa", company, install_demo=False
        )
        return company

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._business_company()
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.consignor = cls._partner("Consignante Andino")
        cls.other_consignor = cls._partner("Consignante Costa")
        cls.supplier = cls._partner("Proveedor")
        cls.customer = cls._partner("Cliente Quito")
        cls.today = legal_today()
        cls._create_users()
        cls.category = cls._category("standard", "periodic")

    @classmethod
    def _business_company(cls):
        main = cls.env.ref("base.main_company")
        if cls.in_ecuador and main.chart_template == "ec":
            return main
        return cls._create_company(name="Mayorista", currency_id=cls._usd().id)

    @classmethod
    def _usd(cls):
        usd = cls.env.ref("base.USD")
        usd.active = True
        return usd

    @classmethod
    def _partner(cls, name):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        if cls.company.chart_template == "ec":
            partner.write(
                {
                    "country_id": cls.env.ref("base.ec").id,
                    "l10n_latam_identification_type_id": cls.env.ref(
                        "l10n_ec.ec_ruc"
                    ).id,
                    "vat": RUC,
                }
            )
        return partner

    @classmethod
    def _create_users(cls):
        groups = {
            "buyer": "purchase.group_purchase_user,stock.group_stock_user",
            "warehouseman": "stock.group_stock_user",
            "salesman": "sales_team.group_sale_salesman_all_leads",
            "accountant": "account.group_account_invoice,"
            "o2c_consignment.o2c_consignment_group_user",
            "manager": "account.group_account_invoice,"
            "o2c_consignment.o2c_consignment_group_manager",
        }
        for name, refs in groups.items():
            setattr(cls, name, cls._user(name, refs))

    @classmethod
    def _user(cls, name, groups):
        """Somebody who never logs in: hashing a password takes most of a second."""
        refs = ["base.group_user", *groups.split(",")]
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": f"{name} of {cls.company.name}",
                    "login": f"o2c_{name}",
                    "email": f"{name}@example.com",
                    "group_ids": [Command.set([cls.env.ref(r).id for r in refs])],
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
        )

    @classmethod
    def _category(cls, method, valuation):
        return cls.env["product.category"].create(
            {
                "name": f"{method} {valuation}",
                "property_cost_method": method,
                "property_valuation": valuation,
            }
        )

    @classmethod
    def _product(cls, name="Licuadora", category=None, **vals):
        return cls.env["product.product"].create(
            cls._prepare_product(name, category, **vals)
        )

    @classmethod
    def _prepare_product(cls, name, category=None, **vals):
        return {
            "name": name,
            "is_storable": True,
            "categ_id": (category or cls.category).id,
            "invoice_policy": "delivery",
            "purchase_method": "receive",
            "taxes_id": False,
            "supplier_taxes_id": False,
            "lst_price": 100,
            **vals,
        }

    # === AGREEMENTS === #

    @classmethod
    def _agree(cls, consignor, prices, activate=True, **vals):
        """An agreement; ``prices``: product → cost, or → dict of line values."""
        lines = [
            {
                "product_id": product.id,
                **(price if isinstance(price, dict) else {"value": price}),
            }
            for product, price in prices.items()
        ]
        agreement = cls.env["o2c.consignment.agreement"].create(
            {
                "consignor_id": consignor.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "date_start": fields.Date.subtract(cls.today, days=30),
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )
        agreement = agreement.with_user(cls.manager)
        if activate:
            agreement.action_activate()
        return agreement

    @classmethod
    def _sister_consigns(cls):
        """Another company of ours leaves twenty of a product here, hers @ 30, at 50.

        :return: the agreement, which names the place in her books
        """
        cls.sister = cls._create_company(name="Hermana", currency_id=cls._usd().id)
        cls.manager.company_ids |= cls.sister
        cls.product = cls._product()
        cls.product.with_company(cls.sister).standard_price = 30
        theirs = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.sister.id)], limit=1
        )
        cls.place = cls.env["stock.location"].create(
            {
                "name": "En consignación",
                "location_id": theirs.view_location_id.id,
                "company_id": cls.sister.id,
            }
        )
        cls.env["stock.quant"].with_company(cls.sister)._update_available_quantity(
            cls.product, cls.place, 20
        )
        agreement = cls._agree(cls.sister.partner_id, {cls.product: 50}, activate=False)
        agreement.intercompany_location_id = cls.place
        agreement.action_activate()
        return agreement

    # === STOCK === #

    @classmethod
    def _order(cls, partner, product, quantity, price=None, consigned=False):
        return cls._order_goods(partner, {product: (quantity, price)}, consigned)

    @classmethod
    def _receive_both(cls, goods):
        """Thirty of each consigned, and ten of our own at 60, billed."""
        for supplier, quantity, price in (
            (cls.consignor, 30, None),
            (cls.supplier, 10, 60),
        ):
            order = cls._order_goods(
                supplier, dict.fromkeys(goods, (quantity, price)), price is None
            )
            cls._validate(order.picking_ids)
        order.with_user(cls.accountant).action_create_invoice()
        cls._post_bill(order.sudo().invoice_ids)

    @classmethod
    def _order_goods(cls, partner, goods, consigned=False):
        """Order from a supplier; ``goods``: product → (quantity, price or None)."""
        lines = [
            {
                "product_id": product.id,
                "product_qty": quantity,
                **({} if price is None else {"price_unit": price}),
            }
            for product, (quantity, price) in goods.items()
        ]
        order = (
            cls.env["purchase.order"]
            .with_user(cls.buyer)
            .create(
                {
                    "partner_id": partner.id,
                    "o2c_is_consignment": consigned,
                    "order_line": [Command.create(line) for line in lines],
                }
            )
        )
        order.button_confirm()
        return order

    @classmethod
    def _receive_own(cls, product, quantity, cost, bill=True):
        order = cls._order(cls.supplier, product, quantity, cost)
        cls._validate(order.picking_ids)
        if bill:
            order.with_user(cls.accountant).action_create_invoice()
            cls._post_bill(order.sudo().invoice_ids)
        return order

    @classmethod
    def _post_bill(cls, bill):
        """Enter the number of a supplier's document, where it needs one, and post."""
        bill = bill.with_user(cls.accountant)
        bill.invoice_date = bill.invoice_date or cls.today
        if cls.company.chart_template == "ec" and not bill.l10n_latam_document_number:
            bill.l10n_latam_document_number = f"001-001-{bill.id:09}"
        bill.action_post()

    @classmethod
    def _receive_consigned(cls, consignor, product, quantity, lot=None):
        order = cls._order(consignor, product, quantity, consigned=True)
        cls._validate(order.picking_ids, lot=lot)
        return order

    @classmethod
    def _validate(cls, picking, quantity=None, lot=None):
        """The warehouse completes a transfer; a part of it leaves a backorder."""
        picking = picking.with_user(cls.warehouseman)
        if lot:
            picking.move_line_ids.lot_id = lot
        if quantity is not None:
            picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        assert picking.state == "done", picking.state
        return picking

    # === SALES === #

    @classmethod
    def _sell(cls, product, quantity, price=100.0, confirm=True, **vals):
        return cls._sell_goods({product: quantity}, price, confirm, **vals)

    @classmethod
    def _sell_goods(cls, goods, price=100.0, confirm=True, **vals):
        """Sell to the customer; ``goods``: product → quantity."""
        lines = [
            {"product_id": product.id, "product_uom_qty": quantity, "price_unit": price}
            for product, quantity in goods.items()
        ]
        order = (
            cls.env["sale.order"]
            .with_user(cls.salesman)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "warehouse_id": cls.warehouse.id,
                    "order_line": [Command.create(line) for line in lines],
                    **vals,
                }
            )
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order, quantity=None):
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        return cls._validate(picking, quantity)

    @classmethod
    def _invoice(cls, order):
        invoice = order.with_user(cls.accountant)._create_invoices()
        invoice.action_post()
        return invoice

    def _return(self, picking, quantity, owner=None):
        """The customer brings goods back; ``owner`` chooses whose."""
        return self._return_where(
            picking,
            quantity,
            lambda move: owner is None or move.move_line_ids.owner_id == owner,
        )

    def _return_where(self, picking, quantity, wanted):
        """Bring back a quantity of each completed move that ``wanted`` chooses."""
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouseman)
            .create({"picking_id": picking.id})
        )
        lines = wizard.product_return_moves
        back = lines.filtered(lambda line: wanted(line.move_id))
        back.quantity = quantity
        (lines - back).quantity = 0
        action = wizard.action_create_returns()
        return self._validate(self.env["stock.picking"].browse(action["res_id"]))

    # === SETTLEMENTS === #

    def _settle(self, consignor=None, accept=True, **kwargs):
        settlement = (
            self.env["o2c.consignment.settlement"]
            .with_user(self.accountant)
            ._o2c_create_for(consignor or self.consignor, self.company, **kwargs)
        )
        if settlement and accept:
            settlement.action_send()
            settlement.action_accept()
        return settlement

    def _bill(self, settlement, amount=None, reference=None, post=True):
        reference = reference or (
            f"001-001-{settlement.id:07}{len(settlement.bill_ids):02}"
        )
        bill = settlement.action_create_bill(reference, self.today, amount)
        if post:
            self._post_bill(bill)
        return bill

    # === FIGURES === #

    def _consumptions(self, consignor=None):
        return self.env["o2c.consignment.consumption"].search(
            [("consignor_id", "=", (consignor or self.consignor).id)], order="id"
        )

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def _accrued(self):
        return -self._balance(self.company.o2c_consignment_accrual_account_id)

    def _cost_of_consigned(self):
        return self._balance(self.company.o2c_consignment_cost_account_id)

    def _on_hand(self, product, owner=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.stock.id),
                ("owner_id", "=", owner.id if owner else False),
            ]
        )
        return sum(quants.mapped("quantity"))
