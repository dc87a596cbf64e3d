from odoo import models
from odoo.exceptions import UserError

from odoo.addons.o2c_sri_einvoice.sri_core import secure_xml
from odoo.addons.o2c_sri_einvoice.sri_core.errors import ParseError

from ..portal_core import order_response
from .o2c_supplier_replenishment import exact


class O2cSupplierReplenishment(models.Model):
    """The same by EDI: our order goes out as UBL, the supplier's answer comes in."""

    _inherit = "o2c.supplier.replenishment"

    def _o2c_ubl(self):
        """Return our order as UBL (Peppol BIS Ordering 3), as core makes it.

        What is asked for and not answered yet has no order of ours: then it is what
        the order would be, under the number that the answer has to name.

        :return: XML, None when nothing is ordered
        :rtype: bytes
        """
        self.ensure_one()
        order = self.order_id
        if self.state == "proposed":
            order = self._o2c_asked_order()
        if not order or order.state == "cancel":
            return None
        return self.env["purchase.edi.xml.ubl_bis3"]._export_order(order)

    def _o2c_asked_order(self):
        lines = self._o2c_numbered_lines().values()
        values = self._o2c_order_values({line: line.proposed for line in lines})
        return (
            self.env["purchase.order"]
            .with_company(self.company_id)
            .new({**values, "name": self.name, "create_date": self.proposed_on})
        )

    def _o2c_numbered_lines(self):
        """Return the lines by the number that core gives them in the UBL order."""
        return dict(enumerate(self.line_ids.sorted("id"), start=1))

    def _o2c_answer_by_ubl(self, content):
        """Take the supplier's UBL OrderResponse, as if he had answered by hand.

        Callers found the order in the user's scope.

        :param bytes content: the document
        :raises UserError: with everything that is wrong with it, and what
            :meth:`_o2c_confirm` refuses
        """
        self.ensure_one()
        lines = self._o2c_numbered_lines()
        asked = {number: exact(line.proposed) for number, line in lines.items()}
        try:
            root = secure_xml.parse(content)
            answer = order_response.read(root, self.name, asked)
        except ParseError as error:
            raise UserError(self.env._("This file is not an XML document.")) from error
        except order_response.Unusable as error:
            texts = map(self._o2c_response_text, error.problems)
            raise UserError("\n".join(texts)) from error
        self._o2c_confirm(
            {
                lines[number].id: (float(quantity), reason)
                for number, (quantity, reason) in answer.quantities.items()
            },
            answer.day,
        )

    def _o2c_response_text(self, problem):
        found = problem.found or "—"
        texts = {
            order_response.NOT_A_RESPONSE: self.env._(
                "This file is not a UBL OrderResponse."
            ),
            order_response.OTHER_ORDER: self.env._(
                "OrderReference names order %(found)s; this is %(name)s.",
                found=found,
                name=self.name,
            ),
            order_response.NO_ANSWER: self.env._(
                "OrderResponseCode is %s: send AP (accepted), CA (changed) or RE "
                "(refused).",
                found,
            ),
            order_response.LINE_UNKNOWN: self.env._(
                "LineID %s is no line of our order.", found
            ),
            order_response.LINE_TWICE: self.env._("Line %s is answered twice.", found),
            order_response.LINE_STATUS: self.env._(
                "LineStatusCode of line %s: send 5 (accepted), 3 (changed) or 7 "
                "(refused).",
                found,
            ),
            order_response.QUANTITY: self.env._(
                "Line %s is changed: give its Quantity, from 0 on.", found
            ),
            order_response.DAY: self.env._(
                "PromisedDeliveryPeriod has a day that is none: %s.", found
            ),
            order_response.CONTRADICTION: self.env._(
                "Line %s says another thing than the OrderResponseCode.", found
            ),
        }
        return texts[problem.code]
