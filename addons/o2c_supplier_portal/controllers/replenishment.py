import re
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager

from ..listings import ZONE
from ..models.o2c_supplier_replenishment import STATES
from ..portal_core import roles
from ..portal_core.filters import Spec
from ..scope import Scope
from .exports import send_file
from .pages import MAX_PAGE, PAGE_SIZE, SupplierPages
from .settlements import MAX_XML

ADDRESS = "/my/consignment/replenishment"
FILTERS = (Spec("state", "choice", choices=tuple(dict(STATES))),)
QUANTITY = re.compile(r"quantity_(\d{1,10})", re.ASCII)
NUMBER = re.compile(r"\d{1,10}([.,]\d{1,6})?", re.ASCII)


class SupplierReplenishment(SupplierPages):
    @route(
        [ADDRESS, f"{ADDRESS}/page/<int(max={MAX_PAGE}):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_replenishments(self, page=1, **params):
        scope, values, problems = self._o2c_open(roles.STOCK, FILTERS, params)
        Order = scope.model("o2c.supplier.order")
        domain = scope.domain
        if values["state"]:
            domain &= Domain("state", "=", values["state"])
        page_values = pager(
            ADDRESS,
            total=Order.search_count(domain),
            page=page,
            step=PAGE_SIZE,
            url_args=self._o2c_query_string(values),
        )
        return self._o2c_render(
            "replenishments",
            scope,
            "replenishment",
            status=400 if problems else 200,
            problems=problems,
            orders=Order.search(domain, limit=PAGE_SIZE, offset=page_values["offset"]),
            pager=page_values,
            values=values,
            states=Order._fields["state"]._description_selection(request.env),
        )

    @route(
        f"{ADDRESS}/<int:order_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_replenishment(self, order_id, **params):
        scope, order = self._o2c_order(order_id, roles.STOCK)
        return self._o2c_order_page(scope, order)

    @route(
        f"{ADDRESS}/<int:order_id>/order.xml",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_replenishment_ubl(self, order_id, **params):
        # it names what we agreed to pay: not for who sees no amounts
        scope, order = self._o2c_order(order_id, roles.SALES)
        content = real_order(order.id)._o2c_ubl() or scope.not_found()
        request.env["o2c.supplier.access.log"]._o2c_log_apart(
            "download", f"{order.name}.xml", company=order.company_id
        )
        return send_file(content, f"{order.name}.xml", "application/xml")

    @route(
        f"{ADDRESS}/<int:order_id>/confirm",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_replenishment_confirm(self, order_id, expected_on="", **params):
        scope, order = self._o2c_order(order_id, roles.REPLENISH)

        def act(real):
            answers = self._o2c_answers(scope, order, params)
            real._o2c_confirm(answers, read_day(expected_on))

        return self._o2c_order_act(scope, order, act)

    @route(
        f"{ADDRESS}/<int:order_id>/response",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MAX_XML,
    )
    def o2c_replenishment_response(self, order_id, xml=None, **params):
        scope, order = self._o2c_order(order_id, roles.REPLENISH)
        content = xml.read() if hasattr(xml, "read") else b""
        return self._o2c_order_act(
            scope, order, lambda real: real._o2c_answer_by_ubl(content)
        )

    @route(
        f"{ADDRESS}/<int:order_id>/ship",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_replenishment_ship(self, order_id, guia="", expected_on="", **params):
        scope, order = self._o2c_order(order_id, roles.REPLENISH)
        return self._o2c_order_act(
            scope, order, lambda real: real._o2c_ship(guia, read_day(expected_on))
        )

    @route(
        f"{ADDRESS}/<int:order_id>/message",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_replenishment_message(self, order_id, text="", **params):
        scope, order = self._o2c_order(order_id, roles.REPLENISH)
        return self._o2c_order_act(
            scope, order, lambda real: real._o2c_supplier_say(text)
        )

    @route(
        "/my/consignment/stock/<int:stock_id>/level",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_stock_level(self, stock_id, level="", **params):
        seen = Scope.of(request.env, roles.STOCK)
        stock = seen.find("o2c.supplier.stock", stock_id)
        scope = Scope.of(request.env, roles.SET_LEVELS, stock.company_id.id)
        try:
            with request.env.cr.savepoint():
                quantity = read_quantity(level.strip() or "0")
                request.env["o2c.supplier.level"].sudo()._o2c_set(stock, quantity)
        except UserError as error:
            request.session["o2c_refusal"] = error.args[0]
        else:
            text = request.env._("Your level of %s was saved.", stock.product_label)
            request.env["o2c.supplier.access.log"]._o2c_log(
                "action", text, company=scope.company
            )
            request.session["o2c_message"] = text
        return request.redirect(f"/my/consignment/stock?company={scope.company.id}")

    def _o2c_order(self, order_id, permission):
        """Return the scope of an order's company and the order."""
        seen = Scope.of(request.env, roles.STOCK)
        order = seen.find("o2c.supplier.order", order_id)
        scope = Scope.of(request.env, permission, order.company_id.id)
        request.update_context(tz=ZONE)
        return scope, order.with_env(request.env)

    def _o2c_answers(self, scope, order, params):
        """Return line id → (quantity, reason) of the form.

        :raise NotFound: lines of another order
        """
        answers = {}
        for name, text in params.items():
            found = QUANTITY.fullmatch(name)
            if found:
                line = scope.find("o2c.supplier.order.line", int(found[1]))
                if line.order_id.id != order.id:
                    scope.not_found()
                reason = params.get(f"reason_{line.id}", "")
                answers[line.id] = (read_quantity(text.strip()), reason)
        return answers

    def _o2c_order_act(self, scope, order, action):
        try:
            with request.env.cr.savepoint():
                action(real_order(order.id))
        except UserError as error:
            return self._o2c_order_page(scope, order, error.args[0].splitlines())
        request.session["o2c_message"] = request.env._("It was saved.")
        return request.redirect(f"{ADDRESS}/{order.id}")

    def _o2c_order_page(self, scope, order, problems=None):
        return self._o2c_render(
            "replenishment",
            scope,
            "replenishment",
            status=422 if problems else 200,
            problems=problems,
            # not "order": purchase takes it for one of its own, in the breadcrumb
            replenishment=order,
            lines=scope.model("o2c.supplier.order.line").search(
                scope.domain & Domain("order_id", "=", order.id)
            ),
            can_answer=scope.can(roles.REPLENISH),
            messages=real_order(order.id)._o2c_supplier_messages(),
            given=dict(request.params) if problems else {},
        )


def real_order(order_id):
    """Return an order that was found in the user's scope just before.

    With the superuser's rights: for what his answer does to it, and nothing else.
    """
    return request.env["o2c.supplier.replenishment"].sudo().browse(order_id)


def read_day(text):
    """Return a day of a form.

    :raise UserError: it is none
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            request.env._("Give the day on which the goods will be here.")
        ) from error


def read_quantity(text):
    """Return a quantity of a form, with a point or a comma for decimals.

    :raise UserError: it is none
    """
    if not NUMBER.fullmatch(text):
        raise UserError(request.env._("“%s” is not a quantity.", text[:20]))
    return float(text.replace(",", "."))
