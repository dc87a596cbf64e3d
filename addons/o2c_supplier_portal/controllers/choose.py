"""Sales that a supplier chooses to bill: what is due for them, and their settlement."""

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from ..listings import PERIOD, sales_domain
from ..portal_core import roles
from ..portal_core.filters import MAX_ID, Spec
from .pages import SupplierPages, may_choose
from .sales import place_choices, product_choices
from .settlements import ADDRESS

FILTERS = (
    *PERIOD,
    Spec("product", "number"),
    Spec("place", "number"),
    Spec("search", "text"),
)
MAX_SHOWN = 200
OPEN = Domain("state", "=", "open")
# what goes along whatever he chooses, see _o2c_supplier_settle
OWED_BACK = OPEN & Domain("amount", "<", 0)


class SupplierChoice(SupplierPages):
    @route(
        f"{ADDRESS}/new",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_choose(self, **params):
        scope, values, problems = self._o2c_choice(params)
        return self._o2c_choice_page(scope, values, problems)

    @route(
        f"{ADDRESS}/settle", type="http", auth="user", website=True, methods=["POST"]
    )
    def o2c_choose_settle(self, do="", sale=None, **params):
        """Show what is due for the sales that were ticked, or settle them."""
        scope, values, problems = self._o2c_choice(params)
        ticked = self._o2c_ticked(scope)
        if problems or do == "total":
            return self._o2c_choice_page(scope, values, problems, ticked=ticked)
        chosen = ticked
        if do == "all":
            wanted = scope.domain & OPEN & sales_domain(values)
            chosen = scope.model("o2c.supplier.sale").search(wanted)
        return self._o2c_settle(scope, values, chosen)

    def _o2c_settle(self, scope, values, chosen):
        # with the superuser's rights, for sales that were found in the user's scope
        consumptions = request.env["o2c.consignment.consumption"].sudo()
        settlements = request.env["o2c.consignment.settlement"].sudo()
        try:
            with request.env.cr.savepoint():
                made = settlements._o2c_supplier_settle(
                    scope.consignor, scope.company, consumptions.browse(chosen.ids)
                )
        except UserError as error:
            return self._o2c_choice_page(scope, values, error=error.args[0])
        request.session["o2c_message"] = request.env._(
            "This is what is due to you. Accept it, then send your factura."
        )
        number = f"/{made.id}" if len(made) == 1 else ""
        return request.redirect(f"{ADDRESS}{number}?company={scope.company.id}")

    def _o2c_choice(self, params):
        """Return scope, filters and their problems of the page.

        :raise NotFound: we said that only we draw up settlements
        """
        opened = self._o2c_open(roles.SETTLE, FILTERS, params)
        if not may_choose(opened[0]):
            raise NotFound()
        return opened

    def _o2c_ticked(self, scope):
        """Return the sales that the form names.

        :raise NotFound: somebody else's, or none at all: no difference
        """
        texts = set(request.httprequest.form.getlist("sale"))
        if any(not (text.isascii() and text.isdigit()) for text in texts):
            scope.not_found()
        ids = [int(text) for text in texts if len(text) <= len(str(MAX_ID))]
        Sale = scope.model("o2c.supplier.sale")
        found = Sale.search(
            scope.domain & Domain("id", "in", [i for i in ids if i <= MAX_ID])
        )
        return found if len(found) == len(texts) else scope.not_found()

    def _o2c_choice_page(
        self, scope, values, problems=None, *, error=None, ticked=None
    ):
        Sale = scope.model("o2c.supplier.sale")
        own = scope.domain & OPEN
        wanted = Domain.FALSE if problems else own & sales_domain(values)
        return self._o2c_render(
            "choose",
            scope,
            "settlements",
            status=400 if problems else 422 if error else 200,
            problems=problems or (error and [error]),
            sales=Sale.search(wanted, limit=MAX_SHOWN),
            totals=_due(Sale, wanted),
            owed_back=_due(Sale, scope.domain & OWED_BACK),
            ticked=ticked or Sale,
            ticked_totals=ticked
            and _due(Sale, own & (Domain("id", "in", ticked.ids) | OWED_BACK)),
            max_shown=MAX_SHOWN,
            values=values,
            products=product_choices(scope),
            places=place_choices(scope),
        )


def _due(Sale, domain):
    """Return (currency, due, how many) of the sales of a domain."""
    return Sale._read_group(domain, ["currency_id"], ["amount:sum", "__count"])
