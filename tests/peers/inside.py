"""What runs inside Odoo: a policy in each addon's own terms, and every way around it.

Two families, because the addons guard two things: prices (discount over 10 %) and
credit (limit 1,000). A bypass is played as a salesperson, in a savepoint; it *passes*
when the company ends up committed beyond the policy.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

SELLER = "sales_team.group_sale_salesman,sale.group_discount_per_so_line"
LIMIT = 1000.0


class World:
    """A seller, an approver, a customer and goods at 100; `side` sets the policy."""

    def __init__(self, env, side):
        self.env = env(context={"lang": "en_US"})
        self.side = SIDES[side]()
        self.seller = new_test_user(self.env, login="peer.seller", groups=SELLER)
        self.approver = new_test_user(
            self.env,
            login="peer.approver",
            groups="sales_team.group_sale_manager,account.group_account_manager",
        )
        product = {"type": "consu", "is_storable": True, "taxes_id": [(5,)]}
        self.goods = self.env["product.product"].create(
            {**product, "name": "Goods", "list_price": 100, "standard_price": 10}
        )
        deduction = {"name": "Discount", "type": "service", "taxes_id": [(5,)]}
        self.env.company.sale_discount_product_id = self.env["product.product"].create(
            deduction
        )
        self.customer = self.env["res.partner"].create(
            {"name": "Customer", "is_company": True, "email": "c@example.com"}
        )
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        self.env["stock.quant"]._update_available_quantity(
            self.goods, warehouse.lot_stock_id, 1000
        )
        self.side.set_policy(self)

    def values(self, quantity=1, **line):
        """Values of a quotation with one line."""
        line = {"product_id": self.goods.id, "product_uom_qty": quantity, **line}
        return {
            "partner_id": self.customer.id,
            "user_id": self.seller.id,
            "require_signature": True,
            "order_line": [Command.create(line)],
        }

    @property
    def orders(self):
        return self.env["sale.order"].with_user(self.seller)

    def quote(self, quantity=1, **line):
        return self.orders.create(self.values(quantity, **line))

    def approved(self, **line):
        """A quotation that somebody entitled has approved."""
        order = self.quote(**line)
        self.side.approve(self, order)
        return order

    def confirmed(self, **line):
        order = self.quote(**line)
        order.action_confirm()
        assert order.state == "sale", "within the policy an order confirms"
        return order


class Tier:
    """OCA sale_tier_validation: a review for orders with a line over 10 %."""

    contexts = {"skip_validation_check": True, "skip_check_state_condition": False}
    flags = {"validation_status": "validated"}

    def set_policy(self, world):
        world.env["tier.definition"].create(
            {
                "name": "Discount",
                "model_id": world.env.ref("sale.model_sale_order").id,
                "review_type": "individual",
                "reviewer_id": world.approver.id,
                "definition_domain": "[('order_line.discount', '>', 10)]",
            }
        )

    def approve(self, world, order):
        order.request_validation()
        order.with_user(world.approver).validate_tier()
        order.invalidate_recordset()
        assert order.validation_status == "validated"


class Exceptions:
    """OCA sale_exception: a rule for lines over 10 %."""

    contexts = {"check_exception": False, "raise_exception": False}
    flags = {"ignore_exception": True}

    def set_policy(self, world):
        world.env["exception.rule"].create(
            {
                "name": "Discount",
                "model": "sale.order.line",
                "exception_type": "by_py_code",
                "code": "failed = object.discount > 10",
            }
        )

    def approve(self, world, order):
        order.with_user(world.approver).write({"ignore_exception": True})


class Risk:
    """OCA sale_financial_risk: sales orders count against the credit limit."""

    contexts = {"bypass_risk": True}
    flags = {}

    def set_policy(self, world):
        world.customer.write({"credit_limit": LIMIT, "risk_sale_order_include": True})


class Core:
    """Odoo alone, with its own credit limit switched on."""

    contexts = {}
    flags = {}

    def set_policy(self, world):
        world.env.company.account_use_credit_limit = True
        world.customer.credit_limit = LIMIT


class Suite:
    """This suite, with the same two policies."""

    contexts = {
        key: value
        for side in (Tier, Exceptions, Risk)
        for key, value in side.contexts.items()
    }
    flags = {"o2c_gate_state": "approved"}

    def set_policy(self, world):
        env = world.env
        group = env.ref("o2c_pricing_approval.o2c_pricing_approval_group_approver")
        world.approver.group_ids += group
        env["o2c.pricing.policy"].search([]).active = False
        line = {"kind": "discount", "limit": 10, "approver_group_id": group.id}
        env["o2c.pricing.policy"].create(
            {"name": "Discount", "line_ids": [Command.create(line)]}
        )
        env.company.account_use_credit_limit = True
        world.customer.credit_limit = LIMIT

    def approve(self, world, order):
        request = order.action_o2c_request_approval()
        request.with_user(world.approver).action_approve("Strategic customer")


SIDES = {
    "core": Core,
    "tier": Tier,
    "exception": Exceptions,
    "risk": Risk,
    "suite": Suite,
}


# ------------------------------------------------------------------------- prices
def price_button(world):
    """Press Confirm; a control that lets this pass is not set up."""
    return _confirm(world.quote(discount=15))


def price_state_written(world):
    """Write the state by RPC."""
    return _committed(world.quote(discount=15), {"state": "sale"})


def price_state_written_by_superuser(world):
    """Write the state in server code."""
    return _committed(world.quote(discount=15).sudo(), {"state": "sale"})


def price_created_confirmed(world):
    """Create the order already confirmed."""
    order = world.orders.create({**world.values(discount=15), "state": "sale"})
    return order.state == "sale"


def price_imported_confirmed(world):
    """Import it confirmed from a file."""
    fields = ["partner_id/.id", "state", "order_line/product_id/.id"]
    fields += ["order_line/product_uom_qty", "order_line/discount"]
    row = [str(world.customer.id), "sale", str(world.goods.id), "1", "15"]
    return bool(world.orders.load(fields, [row])["ids"])


def price_context_key(world):
    """Send the context keys by which the addons themselves step aside."""
    order = world.quote(discount=15).with_context(**world.side.contexts)
    return _committed(order, {"state": "sale"})


def price_flag(world):
    """Write the field that says all is well."""
    order = world.quote(discount=15)
    order.write(world.side.flags)
    return _confirm(order)


def price_unit_price(world):
    """Lower the price instead of giving a discount: 40, list price 100."""
    return _confirm(world.quote(price_unit=40))


def price_with_a_made_up_origin(world):
    """Send 40 as if the price list had said it, as an import of a file may."""
    return _confirm(world.quote(price_unit=40, technical_price_unit=40))


def price_negative_line(world):
    """Add a line of −60."""
    order = world.quote()
    line = {"product_id": world.env.company.sale_discount_product_id.id}
    order.write({"order_line": [Command.create({**line, "price_unit": -60})]})
    return _confirm(order)


def price_discount_wizard_line(world):
    """Let Odoo's discount wizard add a line of −60 %."""
    order = world.quote()
    _wizard(world, order, "so_discount")
    return _confirm(order)


def price_discount_wizard_after_approval(world):
    """Approved at 15 %; then Odoo's discount wizard sets 60 % on the lines."""
    order = world.approved(discount=15)
    _wizard(world, order, "sol_discount")
    return _confirm(order)


def price_line_after_approval(world):
    """Approved at 15 %; then 60 % is written on the line."""
    order = world.approved(discount=15)
    order.order_line.write({"discount": 60})
    return _confirm(order)


def price_quantity_after_approval(world):
    """Approved for one; then for nine."""
    order = world.approved(discount=15)
    order.order_line.write({"product_uom_qty": 9})
    return _confirm(order)


def price_line_after_confirmation(world):
    """Confirmed within the policy; then 60 % is written on the line."""
    order = world.confirmed()
    order.order_line.write({"discount": 60})
    return order.order_line.discount == 60


def price_wizard_after_confirmation(world):
    """Confirmed within the policy; then the discount wizard."""
    order = world.confirmed()
    _wizard(world, order, "sol_discount")
    return order.order_line.discount == 60


def price_new_line_after_confirmation(world):
    """Confirmed within the policy; then another line at 60 %."""
    order = world.confirmed()
    world.env["sale.order.line"].with_user(world.seller).create(
        {"order_id": order.id, "product_id": world.goods.id, "discount": 60}
    )
    return len(order.order_line) == 2


def price_customer_signs(world):
    """The customer is offered to sign what nobody approved."""
    order = world.quote(discount=15)
    order.write({"state": "sent"})
    return order._has_to_be_signed()


def price_customer_pays(world):
    """The customer is offered to pay, and so to confirm, what nobody approved."""
    order = world.quote(discount=15)
    order.write({"state": "sent", "require_signature": False, "require_payment": True})
    return order._has_to_be_paid()


def price_reopened(world):
    """Approved and confirmed at 15 %; cancelled, set back, 60 %, confirmed again."""
    order = world.approved(discount=15)
    order.action_confirm()
    order._action_cancel()
    order.action_draft()
    order.order_line.write({"discount": 60})
    return _confirm(order)


# ------------------------------------------------------------------------- credit
def credit_button(world):
    """Press Confirm over the limit; a control that lets this pass is not set up."""
    return _confirm(world.quote(11))


def credit_refused_in_silence(world):
    """Server code confirms, gets no error, and the order is not confirmed."""
    order = world.quote(11)
    order.sudo().action_confirm()
    return order.state != "sale"


def credit_state_written(world):
    """Write the state by RPC."""
    return _committed(world.quote(11), {"state": "sale"})


def credit_created_confirmed(world):
    """Create the order already confirmed."""
    order = world.orders.create({**world.values(11), "state": "sale"})
    return order.state == "sale"


def credit_imported_confirmed(world):
    """Import it confirmed from a file."""
    fields = ["partner_id/.id", "state", "order_line/product_id/.id"]
    fields += ["order_line/product_uom_qty"]
    row = [str(world.customer.id), "sale", str(world.goods.id), "11"]
    return bool(world.orders.load(fields, [row])["ids"])


def credit_context_key(world):
    """Send `bypass_risk` in the context, as any RPC client can."""
    return _confirm(world.quote(11).with_context(**world.side.contexts))


def credit_two_at_once(world):
    """Confirm two orders of 600 in one call: each fits, both do not."""
    orders = world.quote(6) | world.quote(6)
    orders.action_confirm()
    return set(orders.mapped("state")) == {"sale"}


def credit_confirmed_and_not_delivered(world):
    """600 are confirmed and not delivered; then confirm 600 more."""
    world.confirmed(quantity=6)
    return _confirm(world.quote(6))


def credit_seen_from_another_company(world):
    """Confirm while another company, where he has no limit, is the current one."""
    order = world.quote(11)
    other = world.env["res.company"].create({"name": "Another company"})
    world.seller.write({"company_ids": [Command.link(other.id)]})
    both = [other.id, order.company_id.id]
    return _confirm(order.with_context(allowed_company_ids=both))


def credit_invoiced_to_another(world):
    """Somebody without a debt orders; the customer at his limit is invoiced."""
    friend = world.env["res.partner"].create({"name": "Friend"})
    values = {"partner_id": friend.id, "partner_invoice_id": world.customer.id}
    return _confirm(world.orders.create({**world.values(11), **values}))


def credit_reopened(world):
    """Confirmed for 500; cancelled, set back, 2,000, confirmed again."""
    order = world.confirmed(quantity=5)
    order._action_cancel()
    order.action_draft()
    order.order_line.write({"product_uom_qty": 20})
    return _confirm(order)


def credit_quantity_after_confirmation(world):
    """Confirmed for 500; then 2,000 is written on the line."""
    order = world.confirmed(quantity=5)
    order.order_line.write({"product_uom_qty": 20})
    return order.order_line.product_uom_qty == 20


def credit_delivered_after_the_limit_fell(world):
    """Confirmed within the limit; the limit falls; the goods leave all the same."""
    order = world.confirmed(quantity=5)
    world.customer.credit_limit = 100
    picking = order.sudo().picking_ids
    for move in picking.move_ids:
        move.write({"quantity": move.product_uom_qty, "picked": True})
    picking.button_validate()
    return picking.state == "done"


def credit_customer_signs(world):
    """The customer is offered to sign what will not be confirmed."""
    order = world.quote(11)
    order.write({"state": "sent"})
    return order._has_to_be_signed()


FAMILIES = {
    "core": "credit",
    "tier": "price",
    "exception": "price",
    "risk": "credit",
    "suite": ("price", "credit"),
}


def bypasses(family):
    """{name: function} of a family, in the order of this file."""
    return {
        name: function
        for name, function in globals().items()
        if callable(function) and name.startswith(f"{family}_")
    }


def play(env, side):
    """Play every bypass against an addon.

    :return: {name of the bypass: [``passed`` or ``refused``, reason that was given]}
    """
    families = FAMILIES[side]
    families = (families,) if isinstance(families, str) else families
    result = {}
    world = World(env, side)
    for family in families:
        for name, bypass in bypasses(family).items():
            point = env.cr.savepoint()
            try:
                result[name] = ["passed" if bypass(world) else "refused", ""]
                env.flush_all()
            except UserError as error:
                result[name] = ["refused", str(error)]
            point.close(rollback=True)
            env.invalidate_all(flush=False)
    return result


def _confirm(order):
    order.action_confirm()
    return order.state == "sale"


def _committed(order, values):
    order.write(values)
    return order.state == "sale"


def _wizard(world, order, kind):
    world.env["sale.order.discount"].with_user(world.seller).create(
        {
            "sale_order_id": order.id,
            "discount_type": kind,
            "discount_percentage": 0.6,
        }
    ).action_apply_discount()
