from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsignmentCommon


class ReturnTermsCommon(ConsignmentCommon):
    """Goods go back within 60 days of their receipt, 30 days before they expire.

    Whatever expires is the consignor's, whatever is broken is ours. Ten came in a lot
    that expires in 100 days.
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(
            "Yogur", tracking="lot", use_expiration_date=True, expiration_time=100
        )
        cls.agreement = cls._agree(
            cls.consignor,
            {cls.product: 50},
            return_policy="within",
            return_days=60,
            return_days_before_expiry=30,
            loss_bearer="company",
            expiry_bearer="consignor",
        )
        cls.lot = cls._lot("L1", 100)
        cls.order = cls._receive_consigned(cls.consignor, cls.product, 10, cls.lot)

    @classmethod
    def _lot(cls, name, days):
        return cls.env["stock.lot"].create(
            {
                "name": name,
                "product_id": cls.product.id,
                "company_id": cls.company.id,
                "expiration_date": fields.Datetime.now() + timedelta(days=days),
            }
        )

    def _expire(self, days):
        self.lot.expiration_date = fields.Datetime.now() + timedelta(days=days)

    def _age(self, days):
        """Let the goods have come some days ago."""
        receipt = self.order.picking_ids.sudo()
        receipt.move_ids.date = fields.Datetime.now() - timedelta(days=days)

    def _send_back(self, quantity):
        """A transfer to the consignor that undoes no receipt."""
        places = {
            "location_id": self.stock.id,
            "location_dest_id": self.env.ref("stock.stock_location_suppliers").id,
        }
        move = {
            "product_id": self.product.id,
            "product_uom_qty": quantity,
            "restrict_partner_id": self.consignor.id,
            **places,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "move_ids": [fields.Command.create(move)],
                **places,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _scrap(self, quantity):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.warehouseman)
            .create(
                {
                    "product_id": self.product.id,
                    "scrap_qty": quantity,
                    "lot_id": self.lot.id,
                    "owner_id": self.consignor.id,
                    "location_id": self.stock.id,
                    "company_id": self.company.id,
                }
            )
        )
        bearer = scrap.o2c_loss_bearer
        scrap.action_validate()
        return bearer


@tagged("post_install", "-at_install")
class TestReturnTerms(ReturnTermsCommon):
    def test_goods_go_back_within_the_days_agreed(self):
        self._age(60)
        self._return(self.order.picking_ids, 4)
        self.assertEqual(self._on_hand(self.product, self.consignor), 6)

    def test_goods_that_are_here_too_long_stay(self):
        self._age(61)
        with self.assertRaisesRegex(UserError, "could go back .* within 60 days"):
            self._return(self.order.picking_ids, 4)
        self.assertEqual(self._on_hand(self.product, self.consignor), 10)

    def test_goods_that_expire_too_soon_stay(self):
        self._expire(29)
        with self.assertRaisesRegex(UserError, "lot L1 expires on .* 30 days before"):
            self._return(self.order.picking_ids, 4)

    def test_age_of_what_no_receipt_is_undone_for(self):
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", self.stock.id)]
        )
        quant.in_date = fields.Datetime.now() - timedelta(days=61)
        picking = self._send_back(2)
        self.assertIn("within 60 days", picking.o2c_return_problems)
        with self.assertRaisesRegex(UserError, "within 60 days"):
            self._validate(picking)
        # the consignor takes them all the same, and a manager says who said so
        with self.assertRaises(AccessError):
            picking.with_user(self.warehouseman).o2c_return_agreed_with = "Nadie"
        self.manager.group_ids |= self.env.ref("purchase.group_purchase_user")
        picking.with_user(self.manager).o2c_return_agreed_with = "Rosa Andrade"
        self._validate(picking)
        self.assertEqual(self._on_hand(self.product, self.consignor), 8)

    def test_expired_goods_are_the_consignors_and_broken_ones_ours(self):
        self.assertEqual(self._scrap(1), "company")
        self._expire(-2)
        self.assertEqual(self._scrap(2), "consignor")
        self.assertRecordValues(
            self._consumptions(),
            [
                {"quantity": 1, "amount": 50, "state": "open"},
                {"quantity": 2, "amount": 0, "state": "waived"},
            ],
        )

    def test_buyer_is_told_before_the_last_day(self):
        self.agreement.sudo().user_id = self.buyer
        self._run_cron()
        self.assertFalse(self.agreement.activity_ids)
        # 40 days left, less the 30 that they must last: ten days to send them back
        self._expire(40)
        self._run_cron()
        self._run_cron()
        [activity] = self.agreement.activity_ids
        self.assertEqual(activity.user_id, self.buyer)
        self.assertIn("Yogur", activity.note)

    def _run_cron(self):
        self.env.flush_all()
        self.env.invalidate_all()
        # a test must not commit
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["o2c.consignment.agreement"]._cron_last_returns()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReturnTermsMore(ReturnTermsCommon):
    """Other terms."""

    def _agree_other(self, product, **terms):
        agreement = self._agree(self.other_consignor, {product: 20}, **terms)
        return agreement, self._receive_consigned(self.other_consignor, product, 5)

    def test_nothing_goes_back_where_nothing_may(self):
        _agreement, order = self._agree_other(
            self._product("Vaso"), return_policy="never"
        )
        with self.assertRaisesRegex(UserError, "nothing goes back"):
            self._return(order.picking_ids, 1)

    def test_everything_goes_back_where_nothing_was_agreed(self):
        product = self._product("Vaso")
        _agreement, order = self._agree_other(product)
        order.picking_ids.move_ids.date = fields.Datetime.now() - timedelta(days=900)
        self._return(order.picking_ids, 1)
        self.assertEqual(self._on_hand(product, self.other_consignor), 4)

    @mute_logger("odoo.sql_db")
    def test_days_are_given_where_they_decide(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._agree_other(self._product("Vaso"), return_policy="within")

    def test_terms_are_approved_like_the_others(self):
        with self.assertRaisesRegex(UserError, "new version"):
            self.agreement.return_days = 5

    def test_expired_goods_go_with_losses_where_nothing_was_said(self):
        agreement, _order = self._agree_other(
            self._product("Vaso"), loss_bearer="consignor"
        )
        self.assertEqual(agreement.expiry_bearer, "consignor")
