from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sri_core import parser
from .common import SimulatorCommon


class GuiaCommon(SimulatorCommon):
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

    def _reserve(self, quantity=10, source=None, to=None, **values):
        """Return a reserved delivery to the customer, or another transfer."""
        source = source or self.warehouse.lot_stock_id
        to = to or self.env.ref("stock.stock_location_customers")
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "location_id": source.id,
                "location_dest_id": to.id,
                "o2c_carrier_id": self.driver.id,
                "o2c_plate": "pbx-1234",
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.sacks.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": to.id,
                        },
                    )
                ],
                **values,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _guide(self, picking):
        """Return the authorised guide as the SRI holds it."""
        self._run_outbox()
        document = picking._o2c_guide()
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        return parser.parse(document._o2c_authorised_bytes()).document


@tagged("post_install", "-at_install")
class TestGuia(GuiaCommon):
    def test_guide_is_authorised_and_goods_leave(self):
        self.company.o2c_sri_provider_ruc = "1790000001001"
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
        printed = {detail.name: detail.value for detail in guide.additional_info}
        self.assertEqual(printed["RUC Proveedor"], "1790000001001")
        self.assertEqual(guide.carrier.id_number, "1712345678")
        self.assertEqual(guide.recipients[0].id_number, self.customer.vat)
        self.assertEqual(guide.recipients[0].lines[0].quantity, 10)

        picking.button_validate()
        self.assertEqual(picking.state, "done")

        self.env["o2c.sri.document"]._cron_deliver()
        self.assertEqual(document.mail_state, "sent", document.mail_error)
        message = picking.message_ids.filtered("attachment_ids")
        self.assertEqual(message.notified_partner_ids, self.customer)
        self.assertEqual(
            set(message.attachment_ids.mapped("name")),
            {"06_001-001-000000001.pdf", "06_001-001-000000001.xml"},
        )
        self.assertIn(document.access_key, message.body)

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
        # the list that the dialog opens leads to the transfer and to the receiver
        check = self.env["o2c.sri.check"].with_context(**refused.exception.args[3])
        lines = check.browse(check.action_show()["res_id"]).line_ids
        self.assertEqual(set(lines.mapped("record")), {picking, self.customer})


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestGuiaRoutes(GuiaCommon):
    """Several receivers, parts of a delivery, own establishments, consigned goods."""

    def test_one_guide_for_several_receivers(self):
        """A lorry with 10 sacks for one customer and 4 for another."""
        other = self._make_partner("Bodega Sur S.A.", "1792060346001")
        pickings = self._reserve(10) + self._reserve(4, partner_id=other.id)
        self.company.o2c_sri_guia_required = True
        wizard = (
            self.env["o2c.sri.guide"]
            .with_context(active_ids=pickings.ids)
            .create({"plate": "pbx-1234", "carrier_id": self.driver.id})
        )
        wizard.action_issue()
        guide = self._guide(pickings[1])
        self.assertEqual(
            [(r.id_number, r.lines[0].quantity) for r in guide.recipients],
            [(self.customer.vat, 10), (other.vat, 4)],
        )
        self.assertEqual(len(pickings.o2c_sri_document_ids), 1)
        with self.assertRaisesRegex(UserError, "guide"):
            pickings[1].partner_id = self.driver
        with self.assertRaisesRegex(UserError, "guide"):
            pickings[1].sudo().o2c_guide_lead_id = False
        with self.assertRaisesRegex(UserError, "without a guide"):
            wizard.action_issue()
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def test_each_part_of_a_delivery_has_its_guide(self):
        """10 reserved, 6 leave first; the other 4 follow with a guide of their own."""
        picking = self._reserve(10)
        picking.move_ids.quantity = 6
        picking.move_ids.picked = True
        picking.action_o2c_issue_guia()
        self.assertEqual(self._guide(picking).recipients[0].lines[0].quantity, 6)
        picking._action_done()
        rest = self.env["stock.picking"].search([("backorder_id", "=", picking.id)])
        self.assertFalse(rest._o2c_guide())
        rest.action_assign()
        rest.write({"o2c_plate": "PBX1234", "o2c_carrier_id": self.driver.id})
        rest.action_o2c_issue_guia()
        guide = self._guide(rest)
        self.assertEqual(guide.recipients[0].lines[0].quantity, 4)
        self.assertEqual(guide.number, "001-001-000000002")

    def _branch(self):
        return self.env["stock.warehouse"].create(
            {
                "name": "Guayaquil",
                "code": "GYE",
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"]
                .create(
                    {
                        "name": "Sucursal",
                        "parent_id": self.company.partner_id.id,
                        "type": "delivery",
                        "street": "Av. 9 de Octubre",
                        "city": "Guayaquil",
                    }
                )
                .id,
                "o2c_emission_point_id": self._make_point(self.company, "009").id,
            }
        )

    def test_two_establishments_need_two_guides(self):
        """The SRI's form has one place of departure: who goes with whom is said."""
        branch = self._branch()
        stock = branch.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.sacks, stock, 10)
        pickings = self._reserve() + self._reserve(
            2, source=stock, picking_type_id=branch.out_type_id.id
        )
        wizard = (
            self.env["o2c.sri.guide"]
            .with_context(active_ids=pickings.ids)
            .create({"plate": "pbx-1234"})
        )
        with self.assertRaises(UserError) as refused:
            wizard.action_issue()
        for picking, place in zip(pickings, ("Quito", "Guayaquil"), strict=True):
            self.assertRegex(str(refused.exception), f"{place}.*: {picking.name}")
        self.assertFalse(pickings.o2c_sri_document_ids)

    def test_annulled_guide_and_taken_number_are_followed_by_the_next(self):
        """The lorry broke down: its guide was annulled, another takes the goods."""
        picking = self._reserve()
        picking.action_o2c_issue_guia()
        self._guide(picking)
        first = self._document(picking)
        first.write({"state": "annulled"})
        self.assertTrue(picking.o2c_guia_possible)
        picking.o2c_plate = "GBO-9876"
        picking.action_o2c_issue_guia()
        second = self._document(picking) - first
        self._find_number_taken(second)
        second.with_user(self.accountant).action_correct()
        self.assertEqual(self._guide(picking).plate, "GBO9876")
        self.assertEqual(
            self._document(picking).sorted("id").mapped("sequential"),
            ["000000001", "000000002", "000000003"],
        )
        self.assertEqual(
            self._document(picking).sorted("id").mapped("state"),
            ["annulled", "replaced", "authorised"],
        )

    def test_between_own_establishments(self):
        branch = self._branch()
        self.company.o2c_sri_guia_required = True
        picking = self._reserve(
            to=branch.lot_stock_id,
            partner_id=False,
            picking_type_id=self.warehouse.int_type_id.id,
        )
        with self.assertRaisesRegex(UserError, "not authorised"):
            picking.button_validate()
        picking.action_o2c_issue_guia()
        receiver = self._guide(picking).recipients[0]
        self.assertEqual(receiver.id_number, self.company.vat)
        self.assertEqual(receiver.address, "Av. 9 de Octubre, Guayaquil")
        self.assertEqual(receiver.establishment, "001")
        self.assertIn("MISMA EMPRESA", receiver.reason)

    def test_consigned_goods_come_and_go_back(self):
        """Fetched at the consignor's and given back: each with its reason."""
        suppliers = self.env.ref("stock.stock_location_suppliers")
        owner = {"owner_id": self.customer.id}
        receipt = self._reserve(
            source=suppliers,
            to=self.warehouse.lot_stock_id,
            picking_type_id=self.warehouse.in_type_id.id,
            **owner,
        )
        receipt.action_o2c_issue_guia()
        guide = self._guide(receipt)
        self.assertEqual(guide.departure_address, "Calle Larga 123, Cuenca")
        self.assertEqual(guide.recipients[0].id_number, self.company.vat)
        self.assertEqual(guide.recipients[0].reason, "CONSIGNACIÓN")
        receipt.button_validate()

        back = self._reserve(3, to=suppliers, **owner)
        back.action_o2c_issue_guia()
        recipient = self._guide(back).recipients[0]
        self.assertEqual(recipient.id_number, self.customer.vat)
        self.assertEqual(recipient.reason, "DEVOLUCIÓN DE CONSIGNACIÓN")
