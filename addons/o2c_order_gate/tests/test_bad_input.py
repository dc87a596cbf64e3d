from logging import INFO

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import APPROVER, MANAGER, PolicyCommon

ROLES = {
    "nobody": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "salesperson": "sales_team.group_sale_salesman",
    "all orders": "sales_team.group_sale_salesman_all_leads",
    "sales manager": "sales_team.group_sale_manager",
    "approver": APPROVER,
    "gate manager": MANAGER,
    "warehouse": "stock.group_stock_manager",
    "accountant": "account.group_account_manager",
    "administrator": "base.group_system",
}
PROTECTED = (
    "o2c.gate.decision",
    "o2c.gate.chain",
    "o2c.gate.request",
    "o2c.gate.request.step",
)
# What somebody would try who has read other addons, or this one.
TAMPERED = {
    "su": True,
    "sudo": True,
    "uid": 1,
    "install_mode": True,
    "import_file": True,
    "bypass_risk": True,
    "skip_validation_check": True,
    "o2c_order_gate.guarded": True,
    "o2c_order_gate.delivering": True,
    "default_state": "approved",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "allowed_company_ids": [1],
}
# Everything of this addon that a program may call on a model, beyond Odoo's own.
PUBLIC = {
    "o2c.gate.chain": {"action_verify"},
    "o2c.gate.decision": {"create", "write", "unlink", "copy"},
    "o2c.gate.request": {"action_approve", "action_refuse"},
    "o2c.gate.request.step": set(),
    "o2c.gate.standin": set(),
    "o2c.gate.decide": {"action_decide"},
    "sale.order": {
        "create",
        "write",
        "action_o2c_request_approval",
        "action_o2c_gate_decisions",
    },
    "sale.order.line": {"create", "write", "unlink"},
    "stock.move": {"write"},
    "payment.transaction": {"create"},
}


class DecidedCommon(PolicyCommon):
    """One order that waits for a decision and one that has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._quote({"discount": 15})
        cls.request = cls._ask(cls.order)
        cls.decided = cls._quote({"discount": 20})
        cls._approve(cls.decided)

    @classmethod
    def _roles(cls):
        """{role: somebody who has it}"""
        return {
            role: cls._user(f"role.{number}", group)
            for number, (role, group) in enumerate(ROLES.items())
        }

    def _protected(self):
        """One record of each protected model."""
        return (
            self.decided.o2c_gate_decision_ids,
            self.env["o2c.gate.chain"]._of(self.company),
            self.request,
            self.request.step_ids,
        )

    def _rows(self):
        """Everything that is stored of the protected records."""
        self.env.flush_all()
        rows = []
        for record in self._protected():
            self.env.cr.execute(
                f"SELECT * FROM {record._table} ORDER BY id"  # noqa: S608 - own models
            )
            rows.append(self.env.cr.fetchall())
        return rows

    def _call(self, user, model, method, *args, context=None):
        """As the web client and every program call it."""
        records = self.env[model].with_user(user)
        return call_kw(records, method, list(args), {"context": context or {}})

    def _value(self, field, record):
        """Another value of a field, in the form that RPC sends."""
        values = {
            "many2one": 1,
            "integer": 99,
            "float": 99.0,
            "monetary": 99.0,
            "boolean": True,
            "date": "2099-01-01",
            "datetime": "2099-01-01 00:00:00",
            "json": [],
            "one2many": [Command.clear()],
            "many2many": [Command.clear()],
        }
        if field.type == "selection":
            choices = [key for key, _name in field._description_selection(self.env)]
            others = [key for key in choices if key != record[field.name]]
            return (others or choices)[0]
        return values.get(field.type, "0" * 64)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestEveryRole(DecidedCommon):
    """Each role, each protected field, each way of writing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = cls._roles()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_writes(self):
        rows, attempts = self._rows(), 0
        for record in self._protected():
            fields = [
                field
                for field in record._fields.values()
                if field.name not in ("id", "display_name")
                and (field.store or field.inverse)
            ]
            for role, user in self.roles.items():
                for field in fields:
                    values = {field.name: self._value(field, record.sudo())}
                    for context in ({}, TAMPERED):
                        attempts += 1
                        with (
                            self.subTest(record._name, role=role, field=field.name),
                            self.assertRaises(UserError),
                        ):
                            self._call(
                                user,
                                record._name,
                                "write",
                                record.ids,
                                values,
                                context=context,
                            )
        self.assertEqual(self._rows(), rows)
        # 4 models with about 60 fields, 11 roles, 2 contexts
        self.assertGreater(attempts, 1000)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_creates_and_deletes(self):
        rows = self._rows()
        for record in self._protected():
            values = (
                record.sudo().copy_data()[0] if record._name != PROTECTED[0] else {}
            )
            for role, user in self.roles.items():
                for method, args in (
                    ("create", [values]),
                    ("unlink", [record.ids]),
                    ("copy", [record.ids]),
                ):
                    with (
                        self.subTest(record._name, role=role, method=method),
                        self.assertRaises(UserError),
                    ):
                        self._call(user, record._name, method, *args, context=TAMPERED)
        self.assertEqual(self._rows(), rows)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_through_the_order(self):
        """The order's own fields of the gate open nothing either."""
        rows = self._rows()
        fields = [name for name in self.order._fields if name.startswith("o2c_gate_")]
        request = self.request
        commands = [
            Command.clear(),
            Command.delete(request.id),
            Command.unlink(request.id),
            Command.update(request.id, {"state": "approved"}),
            Command.create({"state": "approved"}),
        ]
        for role, user in self.roles.items():
            for name in fields:
                field = self.order._fields[name]
                many = field.type == "one2many"
                for value in commands if many else [self._value(field, self.order)]:
                    with self.subTest(role=role, field=name):
                        self._write_order(user, {name: value if not many else [value]})
        self.assertEqual(self._rows(), rows)
        self.env.invalidate_all()
        self.assertEqual(self.order.o2c_gate_state, "requested")
        with self.assertRaises(UserError):
            self.order.action_confirm()

    def _write_order(self, user, values):
        try:
            with self.env.cr.savepoint():
                self._call(
                    user,
                    "sale.order",
                    "write",
                    self.order.ids,
                    values,
                    context=TAMPERED,
                )
        except UserError:
            # fields without a column may be written to no effect, others are refused
            self.env.invalidate_all()

    def test_only_these_methods_are_public(self):
        """A new public method is callable by every program: it is listed here first."""
        for model, expected in PUBLIC.items():
            found = {
                name
                for cls in self.registry[model].__mro__
                if cls.__module__.startswith("odoo.addons.o2c_order_gate.")
                for name, value in vars(cls).items()
                if callable(value) and not name.startswith("_")
            }
            self.assertEqual(found, expected, model)

    def test_private_methods_are_refused(self):
        for model, method in (
            ("o2c.gate.decision", "_record"),
            ("o2c.gate.chain", "_append"),
            ("o2c.gate.request", "_close"),
            ("o2c.gate.request.step", "_set_decided"),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                self._call(self.roles["administrator"], model, method, [1])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBadDecision(DecidedCommon):
    """Decisions that cannot be: refused with the reason, logged, nothing changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = cls._roles()

    def _refused(self, user, method, *args, context=None):
        """The reason of a refused decision, which is also in the server's log."""
        rows = self._rows()
        with (
            self.assertLogs("odoo.addons.o2c_order_gate.refused", INFO) as logs,
            self.assertRaises(UserError) as refusal,
        ):
            self._call(
                user,
                "o2c.gate.request",
                method,
                self.request.ids,
                *args,
                context=context,
            )
        self.assertEqual(self._rows(), rows)
        self.assertIn(user.login, logs.output[0])
        return str(refusal.exception)

    def test_by_those_who_may_not(self):
        may = {"approver", "gate manager"}
        sees = {"salesperson", "all orders", "sales manager"}
        for role, user in self.roles.items():
            if role in may:
                continue
            with self.subTest(role):
                if role in sees - {"salesperson"}:
                    self.assertIn(
                        "not for you", self._refused(user, "action_approve", "x")
                    )
                    continue
                with (
                    mute_logger("odoo.addons.base.models.ir_model"),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    self.assertRaises(AccessError),
                ):
                    self._call(
                        user,
                        "o2c.gate.request",
                        "action_approve",
                        self.request.ids,
                        "x",
                        context=TAMPERED,
                    )

    def test_replayed_after_a_change(self):
        self.order.order_line.discount = 60
        reason = self._refused(self.approver, "action_approve", "As agreed")
        self.assertIn("changed after the request", reason)

    def test_replayed_after_the_decision(self):
        self.request.with_user(self.colleague).action_refuse("No")
        reason = self._refused(self.approver, "action_approve", "As agreed")
        self.assertIn("already closed", reason)

    def test_absurd_terms(self):
        for terms in (
            ["Yes", "2001-01-01"],
            ["Yes", "tomorrow"],
            ["Yes", None, -1],
            ["Yes", None, float("nan")],
            ["Yes", None, float("inf")],
            ["Yes", None, "a lot"],
            ["Yes", None, [1]],
        ):
            with self.subTest(terms), self.assertRaises(UserError):
                self._call(
                    self.approver,
                    "o2c.gate.request",
                    "action_approve",
                    self.request.ids,
                    *terms,
                )
        self.assertEqual(self.request.state, "pending")
        self.assertFalse(self.order.o2c_gate_decision_ids)

    def test_of_another_company(self):
        company = self.env["res.company"].create({"name": "Otra S.A."})
        stranger = self._user(
            "hugo", APPROVER, company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        for companies in (
            [company.id],
            [self.company.id],
            [company.id, self.company.id],
        ):
            with (
                self.subTest(companies),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                self._call(
                    stranger,
                    "o2c.gate.request",
                    "action_approve",
                    self.request.ids,
                    "Yes",
                    context={"allowed_company_ids": companies},
                )
        self.assertEqual(self.request.state, "pending")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTrace(DecidedCommon):
    """A refused attempt is in the server's log although it is rolled back."""

    def test_confirmation(self):
        with self._logged("confirm", "ana", "test.discount"):
            self.order.action_confirm()

    def test_delivery(self):
        self._stock(self.goods, 100)
        order = self._sell()
        self.customer.ref = "HELD"
        with self._logged("delivery", "elias", "test.held"):
            self._deliver(order)

    def test_log(self):
        decision = self.decided.o2c_gate_decision_ids
        with self._logged("write", "beto", "reason"):
            decision.with_user(self.approver).write({"reason": "x"})


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestOverHttp(DecidedCommon, HttpCase):
    """The same through the routes that programs use."""

    def _rpc(self, model, method, *args, **kwargs):
        return self.opener.post(
            f"{self.base_url()}/web/dataset/call_kw/{model}/{method}",
            json={
                "jsonrpc": "2.0",
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                },
            },
        ).json()

    @mute_logger("odoo.http")
    def test_tampered_context(self):
        self.authenticate("ana", "ana")
        for method, args in (
            ("action_confirm", [self.order.ids]),
            ("write", [self.order.ids, {"state": "sale"}]),
            ("web_save", [self.order.ids, {"state": "sale"}, {}]),
        ):
            with self.subTest(method):
                answer = self._rpc("sale.order", method, *args, context=TAMPERED)
                message = answer["error"]["data"]["message"]
                self.assertIn("Discount on Taladro", message)
        self.assertEqual(self.order.state, "draft")

    def test_mail_leads_to_the_request_after_login(self):
        url = f"/mail/view?model=o2c.gate.request&res_id={self.request.id}"
        self.assertIn("/web/login", self.url_open(url).url)
        self.authenticate("beto", "beto")
        self.assertIn(f"/{self.request.id}", self.url_open(url).url)
