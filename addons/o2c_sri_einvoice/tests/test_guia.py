from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sri_core import parser
from .common import SimulatorCommon


@tagged("post_install", "-at_install")
class TestGuia(SimulatorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.driver = cls._make_partner(
            "Juan Chofer", "1712345678", id_type="l10n_ec.ec_dni"
        )
        cls.sacks = cls._make_product(
            "Azúcar 50 kg", 40, "vat15", type="consu", is_storable=True
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.sacks, cls.warehouse.lot_stock_id, 100
        )

    def _reserve(self, quantity=10):
        """Return a reserved delivery to the customer."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "o2c_carrier_id": self.driver.id,
                "o2c_plate": "pbx-1234",
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.sacks.id,
                            "product_uom_qty": quantity,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def test_guide_is_authorised_and_goods_leave(self):
        picking = self._reserve(10)
        picking.action_o2c_issue_guia()
        document = self._document(picking)
        self.assertRecordValues(
            document,
            [{"document_type": "06", "number": "001-001-000000001"}],
        )
        self._run_outbox()
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        guide = parser.parse(document._o2c_authorised_bytes()).document
        self.assertEqual(guide.plate, "PBX1234")
        self.assertEqual(guide.carrier.id_number, "1712345678")
        self.assertEqual(guide.recipients[0].id_number, self.customer.vat)
        self.assertEqual(guide.recipients[0].lines[0].quantity, 10)

        picking.button_validate()
        self.assertEqual(picking.state, "done")

        self.env["o2c.sri.document"]._cron_deliver()
        self.assertEqual(document.mail_state, "sent", document.mail_error)
        mail = self.env["mail.mail"].sudo().search([("model", "=", document._name)])
        self.assertEqual(
            set(mail.attachment_ids.mapped("name")),
            {"06_001-001-000000001.pdf", "06_001-001-000000001.xml"},
        )

    def test_nothing_leaves_without_an_authorised_guide_when_required(self):
        self.company.o2c_sri_guia_required = True
        picking = self._reserve()
        with self.assertRaisesRegex(UserError, "not authorised"):
            picking.button_validate()
        with self.assertRaisesRegex(UserError, "not authorised"):
            picking._action_done()
        picking.action_o2c_issue_guia()
        with self.assertRaisesRegex(UserError, "not authorised"):
            picking.button_validate()
        self._run_outbox()
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_what_leaves_is_what_the_guide_says(self):
        picking = self._reserve(10)
        picking.action_o2c_issue_guia()
        self._run_outbox()
        picking.move_ids.quantity = 6
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "quantities"):
            picking._action_done()
        with self.assertRaisesRegex(UserError, "guide"):
            picking.action_cancel()
        with self.assertRaisesRegex(UserError, "guide"):
            picking.partner_id = self.driver

    def test_all_problems_at_once(self):
        picking = self._reserve()
        picking.o2c_plate = False
        self.customer.write({"vat": False, "street": False, "city": False})
        with self.assertRaises(UserError) as refused:
            picking.action_o2c_issue_guia()
        for part in ("plate", "identification", "address"):
            self.assertIn(part, str(refused.exception))
        self.assertFalse(self._document(picking))
