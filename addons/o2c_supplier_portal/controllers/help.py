from odoo.exceptions import UserError
from odoo.http import request, route

from ..portal_core import api_page, roles
from . import openapi
from .api_base import PREFIX
from .pages import SupplierPages

HELP = "/my/consignment/help"
MESSAGES = "/my/consignment/messages"


class SupplierHelp(SupplierPages):
    @route(HELP, type="http", auth="user", website=True, readonly=True, methods=["GET"])
    def o2c_help(self, **params):
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        articles = (
            request.env["o2c.supplier.help"]
            .sudo()
            .search([("company_id", "in", [False, scope.company.id])])
        )
        return self._o2c_render(
            "help",
            scope,
            "help",
            problems=problems,
            guides=articles.filtered(lambda a: a.kind == "guide"),
            questions=articles.filtered(lambda a: a.kind == "question"),
        )

    @route(
        f"{HELP}/api",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_help_api(self, **params):
        """The API's document as a page, in the reader's language."""
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        document = openapi.document(request.env)
        return self._o2c_render(
            "api_document",
            scope,
            "help",
            problems=problems,
            document=document,
            prefix=PREFIX,
            base_url=request.httprequest.url_root.rstrip("/"),
            operations=api_page.operations(document),
            calls=api_page.webhooks(document),
            schemas=api_page.schemas(document),
        )

    # === MESSAGES === #

    @route(
        MESSAGES, type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    def o2c_messages(self, **params):
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        return self._o2c_messages_page(scope, problems)

    @route(f"{MESSAGES}/new", type="http", auth="user", website=True, methods=["POST"])
    def o2c_messages_new(self, text="", **params):
        scope, __, __ = self._o2c_open(roles.WRITE_MESSAGES, (), params)
        conversations = request.env["o2c.supplier.conversation"].sudo()
        try:
            with request.env.cr.savepoint():
                conversations._o2c_of(
                    scope.consignor, scope.company, create=True
                )._o2c_supplier_say(text)
        except UserError as error:
            return self._o2c_messages_page(scope, [error.args[0]])
        request.session["o2c_message"] = request.env._("Your message was sent.")
        return request.redirect(f"{MESSAGES}?company={scope.company.id}")

    def _o2c_messages_page(self, scope, problems=None):
        talk = request.env["o2c.supplier.conversation"].sudo()
        talk = talk._o2c_of(scope.consignor, scope.company)
        return self._o2c_render(
            "messages",
            scope,
            "messages",
            status=422 if problems else 200,
            problems=problems,
            messages=talk._o2c_supplier_messages(),
            can_write=scope.can(roles.WRITE_MESSAGES),
        )
