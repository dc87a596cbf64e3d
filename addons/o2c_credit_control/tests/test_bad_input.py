from logging import INFO

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.o2c_credit_limit import FOLLOWING
from ..models.o2c_credit_promise import OPEN_FIELDS
from .common import CreditCommon

REFUSED = "odoo.addons.o2c_order_gate.refused"
TAMPERED = {"bypass_risk": True, "skip_o2c": True, "install_mode": True, "su": True}
# another value of a field, in the form that RPC sends
VALUES = {
    "boolean": True,
    "char": "x",
    "date": "2099-01-01",
    "datetime": "2099-01-01 00:00:00",
    "integer": 99,
    "many2many": [Command.clear()],
    "many2one": 1,
    "monetary": 99.0,
    "one2many": [Command.clear()],
    "text": "x",
}


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBadInput(CreditCommon):
    """Refused with the reason, logged, nothing changed."""

    def setUp(self):
        super().setUp()
        self._bill(100, -5)
        limits = self.env["o2c.credit.limit"].with_user(self.collector)
        limit = {"partner_id": self.customer.id, "amount": 5, "reason": "x"}
        # the logs, and what the people who follow them may write in them
        self.logs = {
            self._hold(): set(),
            self._promise(60, 5): OPEN_FIELDS,
            limits.create(limit): FOLLOWING,
        }
        self.everybody = self.seller | self.collector | self.manager | self.accountant
        self.everybody |= self.storekeeper | self.env.ref("base.user_admin")

    def _rows(self):
        self.env.flush_all()
        rows = []
        for record in self.logs:
            self.env.cr.execute(f"SELECT * FROM {record._table} ORDER BY id")
            rows.append(self.env.cr.fetchall())
        return rows

    def _call(self, user, record, method, *args):
        model = self.env[record._name].with_user(user)
        call_kw(model, method, [record.ids, *args], {"context": TAMPERED})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_every_role_and_every_field_of_the_logs(self):
        rows, attempts = self._rows(), 0
        for record, free in self.logs.items():
            names = [
                field.name
                for field in record._fields.values()
                if field.store
                and field.name not in free | {"id", "display_name"}
                and not field.name.startswith(("activity_", "message_"))
            ]
            for user in self.everybody:
                for name in names:
                    attempts += 1
                    field = record._fields[name]
                    value = VALUES.get(field.type)
                    if field.type == "selection":
                        value = field.get_values(self.env)[-1]
                    with (
                        self.subTest(record._name, user=user.login, field=name),
                        self.assertRaises(UserError),
                    ):
                        self._call(user, record, "write", {name: value})
                with self.subTest(record._name), self.assertRaises(UserError):
                    self._call(user, record, "unlink")
        self.assertEqual(self._rows(), rows)
        # three logs with some twenty fields, six people
        self.assertGreater(attempts, 250)

    def test_what_is_refused_leaves_a_trace(self):
        hold, promise, limit = self.logs
        attempts = {
            "promise": lambda: self._promise(-1, 5),
            "limit": lambda: self.customer.with_user(self.seller).write(
                {"credit_limit": 9}
            ),
            "release": lambda: hold.with_user(self.collector).action_release("x"),
            "cancel": lambda: promise.with_user(self.collector).action_cancel(),
            "decide": lambda: limit.with_user(self.collector).action_approve(),
            "write": lambda: promise.with_user(self.manager).write({"amount": 1}),
            "unlink": lambda: hold.with_user(self.manager).sudo().unlink(),
        }
        rows = self._rows()
        for what, attempt in attempts.items():
            with (
                self.subTest(what),
                self.assertLogs(REFUSED, INFO) as logs,
                self.assertRaises(UserError),
            ):
                attempt()
            self.assertIn(f"{what} of", logs.output[0])
        self.assertEqual(self._rows(), rows)

    def test_amounts_that_are_none(self):
        """What is no number or has no end would stop every later comparison."""
        for amount in (float("nan"), float("inf"), 1e15, -1):
            with self.subTest(amount), self.assertRaises(UserError):
                self.customer.sudo().write({"credit_limit": amount})
        self.assertEqual(self.customer.with_user(self.seller).o2c_credit_limit, 1000)
