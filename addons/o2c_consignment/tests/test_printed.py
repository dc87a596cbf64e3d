from odoo.tests import tagged

from .test_cost_change import CostChangeCommon
from .test_stock_take import StockTakeCommon


def _printed(records, report):
    html, _kind = records.env["ir.actions.report"]._render_qweb_html(
        f"o2c_consignment.{report}", records.ids
    )
    return html.decode()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPrinted(CostChangeCommon, StockTakeCommon):
    """What people print and sign; five of thirty were sold."""

    def test_impact_names_customer_invoice_and_both_margins(self):
        change = self._apply(self._change("absorb"))
        text = _printed(change, "report_cost_change")
        # margin 250 before, 225 after 5 × 5 absorbed
        for expected in (self.customer.name, self.invoice.name, "250", "225", "25"):
            self.assertIn(expected, text)

    def test_sheet_to_fill_in_and_record_to_sign(self):
        take = self._plan(self.agreement)
        take.action_start()
        self.assertIn("________", _printed(take, "report_stock_take"))
        take.line_ids.counted = 23
        self._agree_and_book(take)
        text = _printed(take, "report_stock_take")
        self.assertNotIn("________", text)
        # 23 − 25 = −2, at 50
        for expected in ("Rosa, del consignante", self.consignor.name, "-2", "100"):
            self.assertIn(expected, text)
