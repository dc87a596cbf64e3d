import io

import openpyxl
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_settlement import SettlementCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCommission(SettlementCommon):
    """What we keep of sales of which the consignor receives a part.

    ==========  ====================  ======  ======  =====  ====
    goods       sold                  terms   sold    due    kept
    ==========  ====================  ======  ======  =====  ====
    spoons      10 × 9.99             35 %     99.90  34.97  64.93
    pans        2 × 40.00, 1 came     60 % of  80.00  43.20  36.80
                back                  90 %    -40.00 -21.60 -18.40
    blenders    5 × 100.00            50.00
    ==========  ====================  ======  ======  =====  ====
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoons, cls.pans = cls._product("Cuchara"), cls._product("Sartén")
        cls.artisan = cls._partner("Artesano")
        cls._agree(
            cls.artisan,
            {
                cls.spoons: {"price_kind": "percent", "value": 35},
                cls.pans: {"price_kind": "share", "value": 60, "commission": 10},
            },
        )
        cls._receive_consigned(cls.artisan, cls.spoons, 30)
        cls._receive_consigned(cls.artisan, cls.pans, 30)
        cls._deliver(cls._sell(cls.spoons, 10, price=9.99))
        cls.sold_pans = cls._deliver(cls._sell(cls.pans, 2, price=40))

    def test_by_line_and_in_total(self):
        self._return(self.sold_pans, 1)
        settlement = self._settle(self.artisan)
        self.assertRecordValues(
            settlement.line_ids.sorted("id"),
            [
                {"amount_sold": 99.90, "amount": 34.97, "amount_kept": 64.93},
                {"amount_sold": 80, "amount": 43.20, "amount_kept": 36.80},
                {"amount_sold": -40, "amount": -21.60, "amount_kept": -18.40},
            ],
        )
        # 99.90 + 80 − 40 = 139.90 sold, 56.57 due
        self.assertRecordValues(
            settlement,
            [{"amount_sold": 139.90, "amount_total": 56.57, "amount_kept": 83.33}],
        )

    def test_stated_to_the_consignor(self):
        settlement = self._settle(self.artisan)
        sheet = openpyxl.load_workbook(
            io.BytesIO(settlement._o2c_statement_xlsx())
        ).active
        self.assertEqual(
            [sheet["G1"].value, sheet["H1"].value], ["Net Sale", "Our Commission"]
        )
        self.assertEqual([sheet["G4"].value, sheet["H4"].value], [179.90, 101.73])
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "o2c_consignment.report_settlement", settlement.ids
        )
        self.assertIn("101.73", page.decode().replace(",", "."))

    def test_a_fixed_cost_does_not_show_our_margin(self):
        settlement = self._settle()
        self.assertFalse(settlement.has_commission)
        self.assertEqual((settlement.amount_sold, settlement.amount_kept), (0, 0))
        sheet = openpyxl.load_workbook(
            io.BytesIO(settlement._o2c_statement_xlsx())
        ).active
        self.assertIsNone(sheet["G1"].value)
        page, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "o2c_consignment.report_settlement", settlement.ids
        )
        self.assertNotIn("Our Commission", page.decode())


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTolerance(SettlementCommon):
    """The company lets 0.05 pass; an agreement may say otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dear = cls._product("Horno")
        cls.exact = cls._agree(
            cls.other_consignor, {cls.dear: 100}, own_tolerance=True, bill_tolerance=0
        )
        cls._receive_consigned(cls.other_consignor, cls.dear, 30)
        cls._deliver(cls._sell(cls.dear, 1))

    def test_agreement_says_what_passes(self):
        self._bill(self._settle(), amount=250.05)
        settlement = self._settle(self.other_consignor)
        wizard = (
            self.env["o2c.consignment.settlement.bill"]
            .with_user(self.accountant)
            .create({"settlement_id": settlement.id, "amount": 100.01})
        )
        self.assertTrue(wizard.is_beyond_tolerance)
        with self.assertRaisesRegex(UserError, "more than the tolerance of .*0.00"):
            self._bill(settlement, amount=100.01)
        self._bill(settlement, amount=100)

    def test_tolerance_is_a_term_of_the_agreement(self):
        with self.assertRaisesRegex(UserError, "were approved and cannot change"):
            self.exact.bill_tolerance = 50
        with self.assertRaisesRegex(UserError, "were approved and cannot change"):
            self.exact.own_tolerance = False
        version = self.exact.action_new_version()
        self.assertTrue(version.own_tolerance)
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            version.bill_tolerance = -1
            version.flush_recordset()
