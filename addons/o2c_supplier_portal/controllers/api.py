from odoo.fields import Domain
from odoo.http import Controller, request, route

from ..api_problem import ApiProblem
from ..listings import BILLS, MOVEMENTS, PERIOD, SALES, STOCK, fixed_digits
from ..portal_core import roles
from ..portal_core.filters import Spec
from ..scope import Scope
from . import api_schema, openapi
from .api_base import (
    PAGING,
    PREFIX,
    answer,
    api_route,
    list_answer,
    read_parameters,
    tagged,
)
from .replenishment import FILTERS as REPLENISHMENT_FILTERS
from .replenishment import real_order
from .settlements import SETTLEMENT_FILTERS, settlement_domain
from .stock import goods_of, roll_forward


class SupplierApi(Controller):
    """Reading calls of the API; those that change something are in the next module."""

    @route(**api_route("/openapi.json", auth="public"))
    def o2c_api_openapi(self, **params):
        # for programs: the same whatever language their caller reads
        english = request.env(context={**request.env.context, "lang": "en_US"})
        return answer(openapi.document(english))

    @route(**api_route("/sales"))
    def o2c_api_sales(self, **params):
        values = read_parameters((*SALES.filters, *PAGING), params)
        return list_answer(
            "o2c.supplier.sale",
            api_schema.SALE,
            SALES.domain(values),
            values,
            roles.SALES,
            key="date",
        )

    @route(**api_route("/sales/<int:sale_id>"))
    def o2c_api_sale(self, sale_id, **params):
        return one("o2c.supplier.sale", api_schema.SALE, sale_id, roles.SALES, params)

    @route(**api_route("/stock"))
    def o2c_api_stock(self, **params):
        values = read_parameters((*STOCK.filters, *PAGING), params)
        return list_answer(
            "o2c.supplier.stock",
            api_schema.STOCK,
            STOCK.domain(values),
            values,
            roles.STOCK,
        )

    @route(**api_route("/stock/<int:stock_id>"))
    def o2c_api_stock_one(self, stock_id, **params):
        return one(
            "o2c.supplier.stock", api_schema.STOCK, stock_id, roles.STOCK, params
        )

    @route(**api_route("/stock/<int:stock_id>/places"))
    def o2c_api_stock_places(self, stock_id, **params):
        values = read_parameters((Spec("company", "number"), *PERIOD), params)
        scope = Scope.of(request.env, roles.STOCK, values["company"])
        stock = scope.find("o2c.supplier.stock", stock_id)
        digits = fixed_digits(request.env, stock._fields["on_hand"])
        flows = roll_forward(scope, goods_of(scope, stock), values)
        return answer({"items": [api_schema.present_flow(f, digits) for f in flows]})

    @route(**api_route("/movements"))
    def o2c_api_movements(self, **params):
        values = read_parameters((*MOVEMENTS.filters, *PAGING), params)
        return list_answer(
            "o2c.supplier.movement",
            api_schema.MOVEMENT,
            MOVEMENTS.domain(values),
            values,
            roles.STOCK,
            key="date",
        )

    @route(**api_route("/movements/<int:movement_id>"))
    def o2c_api_movement(self, movement_id, **params):
        return one(
            "o2c.supplier.movement",
            api_schema.MOVEMENT,
            movement_id,
            roles.STOCK,
            params,
        )

    @route(**api_route("/replenishments"))
    def o2c_api_replenishments(self, **params):
        values = read_parameters((*REPLENISHMENT_FILTERS, *PAGING), params)
        wanted = Domain.TRUE
        if values["state"]:
            wanted = Domain("state", "=", values["state"])
        return list_answer(
            "o2c.supplier.order",
            api_schema.REPLENISHMENT,
            wanted,
            values,
            roles.STOCK,
        )

    @route(**api_route("/replenishments/<int:order_id>"))
    def o2c_api_replenishment(self, order_id, **params):
        return one(
            "o2c.supplier.order",
            api_schema.REPLENISHMENT,
            order_id,
            roles.STOCK,
            params,
        )

    @route(**api_route("/replenishments/<int:order_id>/order"))
    def o2c_api_replenishment_order(self, order_id, **params):
        values = read_parameters((Spec("company", "number"),), params)
        scope = Scope.of(request.env, roles.SALES, values["company"])
        order = scope.find("o2c.supplier.order", order_id)
        content = real_order(order.id)._o2c_ubl() or scope.not_found()
        return tagged(content, content_type="application/xml")

    @route(**api_route("/replenishments/<int:order_id>/lines"))
    def o2c_api_replenishment_lines(self, order_id, **params):
        values = read_parameters(PAGING, params)
        scope = Scope.of(request.env, roles.STOCK, values["company"])
        order = scope.find("o2c.supplier.order", order_id)
        return list_answer(
            "o2c.supplier.order.line",
            api_schema.REPLENISHMENT_LINE,
            Domain("order_id", "=", order.id),
            values,
            roles.STOCK,
        )

    @route(**api_route("/settlements"))
    def o2c_api_settlements(self, **params):
        values = read_parameters((*SETTLEMENT_FILTERS, *PAGING), params)
        return list_answer(
            "o2c.supplier.settlement",
            api_schema.SETTLEMENT,
            settlement_domain(values),
            values,
            roles.BILLING,
        )

    @route(**api_route("/settlements/<int:settlement_id>"))
    def o2c_api_settlement(self, settlement_id, **params):
        return one(
            "o2c.supplier.settlement",
            api_schema.SETTLEMENT,
            settlement_id,
            roles.BILLING,
            params,
        )

    @route(**api_route("/settlements/<int:settlement_id>/lines"))
    def o2c_api_settlement_lines(self, settlement_id, **params):
        values = read_parameters(PAGING, params)
        scope = Scope.of(request.env, roles.BILLING, values["company"])
        settlement = scope.find("o2c.supplier.settlement", settlement_id)
        return list_answer(
            "o2c.supplier.settlement.line",
            api_schema.SETTLEMENT_LINE,
            Domain("settlement_id", "=", settlement.id),
            values,
            roles.BILLING,
        )

    @route(**api_route("/bills"))
    def o2c_api_bills(self, **params):
        values = read_parameters((*BILLS.filters, *PAGING), params)
        return list_answer(
            "o2c.supplier.bill",
            api_schema.BILL,
            BILLS.domain(values),
            values,
            roles.BILLING,
        )

    @route(**api_route("/bills/<int:bill_id>"))
    def o2c_api_bill(self, bill_id, **params):
        return one("o2c.supplier.bill", api_schema.BILL, bill_id, roles.BILLING, params)

    # Anything else under the prefix: without it, Odoo would answer with a page.
    @route(
        [f"{PREFIX}", f"{PREFIX}/<path:rest>"],
        type="http",
        auth="public",
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def o2c_api_unknown(self, rest="", **params):
        allowed = openapi.methods_of(request.httprequest.path)
        if allowed:
            raise ApiProblem(
                405,
                "method_not_allowed",
                request.env._("This address takes %(methods)s.", methods=allowed),
                headers=[("Allow", allowed)],
            )
        raise ApiProblem(
            404,
            "not_found",
            request.env._(
                "There is no such address. See %(address)s.",
                address=f"{PREFIX}/openapi.json",
            ),
        )


def one(model, resource, record_id, permission, params):
    """Return one record of the supplier, or that there is none."""
    values = read_parameters((Spec("company", "number"),), params)
    scope = Scope.of(request.env, permission, values["company"])
    return answer(api_schema.present(scope.find(model, record_id), resource))
