import re
from contextlib import contextmanager
from logging import INFO

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.o2c_order_gate.tests.test_bad_input import ROLES, TAMPERED

from ..models import res_partner
from ..models.o2c_guarded_price import GuardedPrice
from ..models.o2c_pricing_approvable import PricingApprovable
from ..models.o2c_pricing_approvable_part import PricingApprovablePart
from ..models.product_pricelist import HEADER
from ..models.product_pricelist_item import WRITES
from .common import APPROVER, MANAGER
from .test_price_change import PriceChangeCase

ADDON = "o2c_pricing_approval"
EVERYBODY = {**ROLES, "approver of prices": APPROVER, "pricing manager": MANAGER}
# who may change what the company's policy keeps from the others
OPEN_TO = {
    "o2c.pricing.policy": {"pricing manager"},
    "o2c.pricing.policy.line": {"pricing manager"},
    "product.pricelist": {"pricing manager"},
    "res.company": set(),
    "res.partner": {"sales manager", "accountant", "pricing manager"},
}
# nobody is refused to be told of it, or to talk about it
TALK = re.compile("^(activity|message|my_activity|website_message|rating)_")
# what refuses: this suite, and Odoo's own access rights
REFUSING = (
    "odoo.addons.o2c_order_gate.refused",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
    "odoo.orm",
)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestEveryRole(PriceChangeCase):
    """Each role, each protected field: refused with the reason, logged, not changed.

    The fields are those that the models declare: a new one is tried without being named
    here, and a new model has to be in one of the lists.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            role: cls._user(f"role.{number}", group)
            for number, (role, group) in enumerate(EVERYBODY.items())
        }
        cls.agreement = cls._agree(
            billing="milestone",
            milestone_ids=[
                Command.create({"name": "Advance", "percent": 30}),
                Command.create({"name": "Rest", "trigger": "days", "final": True}),
            ],
        )
        cls.order = cls._sell()
        cls.billing = cls.env["o2c.commercial.agreement.billing"]._bill(
            cls.agreement.sudo()
        )
        cls.change = cls._change(cls._to(95))
        cls.change.action_ask()
        cls.combo_item = (
            cls.env["product.combo"]
            .create(
                {
                    "name": "Tool",
                    "combo_item_ids": [Command.create({"product_id": cls.goods.id})],
                }
            )
            .combo_item_ids
        )

    # ------------------------------------------------------------ what is protected
    def _closed(self):
        """{record that nobody writes any more: fields that stay open}."""
        agreement, change = self.agreement, self.change
        decision = self.env["o2c.pricing.decision"].search([], limit=1)
        return {
            decision: set(),
            self.env["o2c.gate.chain"]._of(self.company, "pricing"): set(),
            agreement: agreement._o2c_free_fields(),
            agreement.line_ids: set(),
            agreement.milestone_ids[0]: set(),
            self.billing[0]: {"invoice_ids"},
            change: change._o2c_free_fields(),
            change.line_ids: set(),
            change.impact_ids: set(),
        }

    def _guarded(self):
        """(record that only an approved change or a manager writes, fields)."""
        template = self.goods.product_tmpl_id
        guarded = {
            self.item: WRITES,
            self.pricelist: HEADER,
            template: {"list_price"},
            self.goods: {"lst_price"},
            self.combo_item: {"extra_price"},
            self.customer: res_partner.CONDITION_FIELDS,
            self.policy: {"active", "company_id", "line_ids", "name", "sequence"},
            self.policy.line_ids: {"approver_group_id", "kind", "level", "limit"},
        }
        for record, names in guarded.items():
            yield record, [record._fields[name] for name in sorted(names)]
        yield self.company, self._ours(self.company)

    def _worked_out(self):
        """(record, fields that follow from others)."""
        order, invoice = self.order, self.billing[0].invoice_ids
        for record in (order, order.order_line[0], invoice, invoice.line_ids[:1]):
            yield record, self._ours(record)

    @staticmethod
    def _writable(record, besides=()):
        return [
            field
            for field in record._fields.values()
            if (field.store or field.inverse)
            and field.name not in {"id", "display_name", *besides}
            and not TALK.match(field.name)
        ]

    def _ours(self, record):
        """The stored fields that this addon gave to a model of others."""
        return [f for f in self._writable(record) if ADDON in f._modules]

    # ------------------------------------------------------------------- attempts
    def _call(self, user, model, method, *args, context=TAMPERED):
        records = self.env[model].with_user(user)
        return call_kw(records, method, list(args), {"context": context})

    def _other(self, field, record):
        """Another value of a field, in the form that RPC sends."""
        now = record.sudo()[field.name]
        if field.type == "selection":
            keys = field.get_values(self.env)
            return next((key for key in keys if key != now), keys[0])
        if field.type == "many2one":
            others = self.env[field.comodel_name].sudo().search([], limit=2) - now
            return others[:1].id or not now.id
        if field.type in ("one2many", "many2many"):
            return [Command.clear() if now else Command.create({})]
        if field.type == "boolean":
            return not now
        if field.type in ("date", "datetime"):
            return "2099-01-01"
        if field.type in ("integer", "float", "monetary"):
            # core itself refuses a least margin above the largest
            return now - 1 if field.name == "price_min_margin" else now + 1
        return {"json": []}.get(field.type, "0" * 64)

    @contextmanager
    def _refused(self, *what):
        """What is done in the block is refused, and the server's log says so."""
        with (
            self.subTest(what),
            self.assertLogs("odoo", INFO) as logs,
            self.assertRaises(UserError),
        ):
            yield
        names = {entry.name for entry in logs.records}
        self.assertTrue([n for n in names if n.startswith(REFUSING)], (what, names))

    def _rows(self, records):
        self.env.flush_all()
        rows = []
        for record in records:
            self.env.cr.execute(f"SELECT * FROM {record._table} ORDER BY id")  # noqa: S608
            rows.append(self.env.cr.fetchall())
        return rows

    # ---------------------------------------------------------------------- tests
    def test_closed(self):
        closed = self._closed()
        self.assertTrue(all(len(record) == 1 for record in closed))
        rows, attempts = self._rows(closed), 0
        for record, besides in closed.items():
            for role, user in self.roles.items():
                for field in self._writable(record, besides):
                    attempts += 1
                    values = {field.name: self._other(field, record)}
                    with self._refused(record._name, role, field.name):
                        self._call(user, record._name, "write", record.ids, values)
                with self._refused(record._name, role, "unlink"):
                    self._call(user, record._name, "unlink", record.ids)
        self.assertEqual(self._rows(closed), rows)
        # nine models with some twenty fields, thirteen roles
        self.assertGreater(attempts, 1500)

    def test_guarded(self):
        for record, fields in self._guarded():
            may = OPEN_TO.get(record._name, set())
            for role, user in self.roles.items():
                for field in fields if role not in may else ():
                    values = {field.name: self._other(field, record)}
                    with self._refused(record._name, role, field.name):
                        self._call(user, record._name, "write", record.ids, values)

    def test_worked_out(self):
        for record, fields in self._worked_out():
            self.assertTrue(fields, record)
            for role, user in self.roles.items():
                for field in fields:
                    values = {field.name: self._other(field, record)}
                    with self._refused(record._name, role, field.name):
                        self._call(user, record._name, "write", record.ids, values)

    def test_no_model_is_forgotten(self):
        """Whatever this addon declares is in one of the lists, or says why not."""
        tried = {record._name for record in self._closed()}
        tried |= {record._name for record, _fields in self._guarded()}
        tried |= {record._name for record, _fields in self._worked_out()}
        # dialogs, reports without a table, and what only inherits a guard
        tried |= {"product.template.attribute.value"}
        for model in self.registry.values():
            ours = any(ADDON in f._modules for f in model._fields.values() if f.store)
            kept = issubclass(
                model, (PricingApprovable, PricingApprovablePart, GuardedPrice)
            )
            if (ours or kept) and model._auto and not model._abstract:
                if not model._transient:
                    self.assertIn(model._name, tried)


@tagged("post_install", "-at_install")
class TestDefaults(PriceChangeCase):
    """Callers bring defaults of any field in their context: none opens anything."""

    def test_nothing_is_born_approved(self):
        values = {
            "state": "approved",
            "author_id": self.approver.id,
            "decided_on": "2020-01-01",
        }
        proposed = self._propose()
        rows = {
            "o2c.commercial.agreement": proposed.copy_data()[0],
            "o2c.price.change": self._change(self._to(95)).copy_data()[0],
        }
        for model, data in rows.items():
            with self.subTest(model):
                user = self.seller if model == proposed._name else self.boss
                context = {f"default_{key}": value for key, value in values.items()}
                made = self.env[model].with_user(user).with_context(**context)
                made = made.create([{**data, **values}])
                self.assertEqual((made.state, made.author_id), ("draft", user))
                self.assertFalse(made.decided_on)
        self.assertFalse(self._quote().o2c_agreement_id)

    def test_cost(self):
        """(70 − 60) ÷ 70 = 14.29 % of margin, whatever cost the caller proposes."""
        self._only("margin", 30)
        self.customer.property_product_pricelist = False
        self.env["ir.default"].set(
            "sale.order.line", "purchase_price", 1, self.seller.id
        )
        for context in ({}, {"default_purchase_price": 1}):
            with self.subTest(context):
                orders = self.env["sale.order"].with_user(self.seller)
                order = orders.with_context(**context).create(
                    {
                        "partner_id": self.customer.id,
                        "order_line": [
                            Command.create(self._line_values(price_unit=70))
                        ],
                    }
                )
                self.assertEqual(order.order_line.purchase_price, 60)
                self.assertIn(("margin", 14.29), self._findings(order))

    def test_a_version_follows_on_its_own_agreement(self):
        """Whoever proposes does not replace the agreement of somebody else."""
        agreement = self._agree()
        other = self.env["res.partner"].create({"name": "Bazar Cuenca"})
        mine = self._propose(partner_id=other.id, name=agreement.name, version=7)
        self.assertNotEqual(mine.name, agreement.name)
        self.assertEqual(mine.version, 1)
        with self.assertRefused("of the same customer"):
            self._propose(partner_id=other.id, previous_id=agreement.id)
        with self.assertRefused("Nobody types these"):
            mine.write({"name": agreement.name})


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTrace(PriceChangeCase):
    """A refused attempt is in the server's log, with who, what and why."""

    def test_attempts(self):
        agreement, change = self._agree(), self._change(self._to(95))
        change.action_ask()
        order = self._quote()
        groups = "sales_team.group_sale_salesman,base.group_partner_manager"
        keeper = self._user("pablo", groups)
        attempts = {
            ("price of", "rosa", "approved change"): lambda: self.item.with_user(
                self.boss
            ).write({"fixed_price": 1}),
            ("price list of", "rosa", "managers of pricing"): lambda: (
                self.pricelist.with_user(self.boss).write({"sequence": 0})
            ),
            ("write of", "ana", "only be changed while"): lambda: agreement.write(
                {"date_to": self.today}
            ),
            ("decide of", "rosa", "only approvers"): lambda: change.action_approve("x"),
            ("write of", "ana", "Nobody types"): lambda: order.write(
                {"o2c_agreement_id": False}
            ),
            ("conditions of", "pablo", "entitled to"): lambda: self.customer.with_user(
                keeper
            ).write({"property_product_pricelist": False}),
        }
        for words, attempt in attempts.items():
            with self.subTest(words), self._logged(*words):
                attempt()
