import re

from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from ..listings import LISTINGS, rows_of
from ..models.res_users import REQUIRE_2FA
from ..portal_core import roles
from ..scope import Scope
from .common import SupplierPortalCommon
from .routes import TABLE, own_rules

UNKNOWN = 999_999_999
MODELS = (
    "o2c.supplier.sale",
    "o2c.supplier.stock",
    "o2c.supplier.quant",
    "o2c.supplier.movement",
    "o2c.supplier.place.move",
    "o2c.supplier.total",
    "o2c.supplier.order",
    "o2c.supplier.order.line",
    "o2c.supplier.settlement",
    "o2c.supplier.settlement.line",
    "o2c.supplier.bill",
)


@tagged("post_install", "-at_install")
class TestRules(SupplierPortalCommon):
    """Who sees and does what, below the pages and the API."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play_everything()

    def _scope(self, role, permission):
        return Scope.of(self.env(user=self.member[role]), permission)

    # === ROUTES === #

    def test_every_route_is_in_the_table(self):
        self.assertEqual({rule.rule for rule in own_rules(self.env)}, set(TABLE))

    def test_reading_pages_are_declared_read_only(self):
        for rule in own_rules(self.env):
            reads = "POST" not in (rule.methods or ())
            self.assertEqual(bool(rule.endpoint.routing["readonly"]), reads, rule.rule)

    # === MEMBERS === #

    def test_membership_gives_and_takes_the_group(self):
        group = self.env.ref("o2c_supplier_portal.o2c_supplier_portal_group_supplier")
        user = self.member["reader"]
        self.assertIn(group, user.group_ids)
        user.o2c_supplier_member_ids.unlink()
        self.assertNotIn(group, user.group_ids)

    def test_only_portal_users(self):
        employee = new_test_user(self.env, login="empleado", groups="base.group_user")
        with self.assertRaises(ValidationError):
            self._give_role(employee, "reader")

    def test_who_gives_roles_among_us(self):
        user = self._portal_user(self.consignor, "andino_nuevo")
        vals = {"user_id": user.id, "company_id": self.company.id, "role": "reader"}
        for employee in (self.accountant, self.buyer, self.salesman):
            with self.subTest(employee.login), self.assertRaises(AccessError):
                self.env["o2c.supplier.member"].with_user(employee).create(vals)

    # === TWO FACTORS === #

    def test_two_factors_by_setting(self):
        user = self.member["reader"]
        self.assertFalse(user._mfa_type())
        self.env["ir.config_parameter"].set_param(REQUIRE_2FA, "True")
        self.assertEqual(user._mfa_type(), "totp_mail")
        self.assertFalse(self.shopper._mfa_type())
        self.assertFalse(self.accountant._mfa_type())

    def test_the_log_stays_as_it_is(self):
        entry = (
            self.env["o2c.supplier.access.log"]
            .with_user(self.member["reader"])
            ._o2c_log("action", "algo", company=self.company)
        )
        for change in (
            lambda: entry.sudo().write({"detail": "otra cosa"}),
            lambda: entry.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            entry.with_user(self.accountant).create(
                {"user_id": 1, "partner_id": 1, "kind": "action"}
            )

    # === SCOPE === #

    def test_each_role_opens_what_its_table_says(self):
        tried = 0
        for role in self.member:
            for permission in roles.ROLES[roles.MANAGER]:
                with self.subTest(role=role, permission=permission):
                    if roles.allows(role, permission):
                        scope = self._scope(role, permission)
                        self.assertEqual(scope.company, self.company)
                        self.assertEqual(scope.consignor, self.consignor)
                    else:
                        with self.assertRaises(Forbidden):
                            self._scope(role, permission)
                    tried += 1
        self.assertGreater(tried, 40)
        for user in (self.shopper, self.accountant):
            with self.assertRaises(NotFound):
                Scope.of(self.env(user=user), roles.DASHBOARD)

    def test_foreign_and_unknown_are_not_found(self):
        scope = self._scope("manager", roles.DASHBOARD)
        for model in MODELS:
            foreign = self.env[model].search(
                [("consignor_id", "=", self.other_consignor.id)], limit=1
            )
            for number in (foreign.id or UNKNOWN, UNKNOWN):
                with self.subTest(model=model), self.assertRaises(NotFound):
                    scope.find(model, number)
        own = self.env["o2c.supplier.sale"].search(
            [("consignor_id", "=", self.consignor.id)], limit=1
        )
        self.assertEqual(scope.find("o2c.supplier.sale", own.id).id, own.id)

    # === ROWS === #

    def test_listings_show_the_customer_as_agreed(self):
        label = self._consumptions()[0]._o2c_customer_label()
        shown = {"none": "", "masked": label, "full": "Cliente Quito"}
        for visibility, text in shown.items():
            with self.subTest(visibility):
                self._let_see(visibility)
                scope = self._scope("manager", roles.SALES)
                sales = scope.model("o2c.supplier.sale").search(scope.domain)
                cells = list(rows_of(sales, ["customer_label", "amount"]))
                self.assertEqual(cells, [[text, 300], [text, 200]])

    def test_listings_hold_their_own_rows(self):
        for name, listing in LISTINGS.items():
            with self.subTest(name):
                scope = self._scope("manager", listing.permission)
                rows = scope.model(listing.model).search(scope.domain)
                self.assertFalse(rows.consignor_id - self.consignor)
                text = str(list(rows_of(rows, listing.columns)))
                self.assertNotIn("Taza", text)
                self.assertNotIn("Cliente Quito", text)

    def test_stock(self):
        """30 came, 10 were sold; the minimum is 18, and up to 21.6 is near."""
        scope = self._scope("logistics", roles.STOCK)
        self.assertRecordValues(
            scope.model("o2c.supplier.stock").search(scope.domain),
            [{"received": 30, "sold": 10, "available": 20, "stock_state": "near"}],
        )

    # === HELP === #

    def test_guides_show_pictures_that_are_there(self):
        guides = self.env["o2c.supplier.help"].search([("kind", "=", "guide")])
        found = re.findall(r'src="/([^"]+)"', "".join(guides.mapped("body")))
        self.assertGreaterEqual(len(found), 5)
        for path in found:
            with self.subTest(path):
                self.assertTrue(file_path(path))

    # === ANSWERS === #

    def test_answers_by_line(self):
        settlement = self._settle(accept=False)
        settlement.action_send()
        settlement = settlement.with_user(self.member["billing"]).sudo()
        line = settlement.line_ids
        with self.assertRaises(UserError):
            settlement._o2c_supplier_answer({}, accept_rest=False)
        with self.assertRaises(UserError):
            settlement._o2c_supplier_answer({line.id: "x" * 501}, accept_rest=True)
        settlement._o2c_supplier_answer({line.id: "Precio"}, accept_rest=True)
        self.assertEqual((line.state, line.dispute_reason), ("disputed", "Precio"))
        settlement._o2c_supplier_answer({line.id: False}, accept_rest=False)
        self.assertEqual(line.state, "accepted")
        with self.assertRaises(UserError):
            settlement._o2c_supplier_answer({}, accept_rest=True)
        self._bill(settlement.with_user(self.accountant), post=False)
        with self.assertRaises(UserError):
            settlement._o2c_supplier_answer({line.id: "Tarde"}, accept_rest=False)

    # === RPC === #

    def test_rpc_sees_the_same_rows(self):
        """Without our controllers, record rules keep the suppliers apart."""
        for model in MODELS:
            rows = self.env[model].with_user(self.member["manager"]).search([])
            self.assertEqual(rows.consignor_id, self.consignor, model)
        for model in ("o2c.supplier.sale", "o2c.supplier.settlement"):
            Model = self.env[model].with_user(self.member["logistics"])
            self.assertFalse(Model.search([]), model)
        foreign = self.env["o2c.supplier.sale"].search(
            [("consignor_id", "=", self.other_consignor.id)], limit=1
        )
        with self.assertRaises(AccessError):
            foreign.with_user(self.member["manager"]).read(["amount"])

    def test_rpc_has_no_way_to_what_lies_beneath(self):
        for model in (
            "o2c.consignment.agreement",
            "o2c.consignment.consumption",
            "o2c.consignment.settlement",
            "o2c.consignment.settlement.line",
            "o2c.supplier.member",
            "o2c.supplier.access.log",
            "o2c.supplier.request",
            "o2c.supplier.export",
            "o2c.supplier.report",
            "o2c.supplier.alert",
            "o2c.supplier.conversation",
            "o2c.supplier.event",
            "o2c.supplier.level",
            "o2c.supplier.preference",
            "o2c.supplier.rate",
            "o2c.supplier.replenishment",
            "o2c.supplier.replenishment.line",
            "o2c.supplier.webhook",
            "o2c.supplier.webhook.delivery",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.member["manager"]).search([])
        for model in MODELS:
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.member["manager"]).create({})
        with self.assertRaises(AccessError):
            self.env[MODELS[0]].with_user(self.shopper).search([])
