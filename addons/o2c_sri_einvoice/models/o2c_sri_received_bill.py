from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

BILL_TYPES = {"01": "in_invoice", "04": "in_refund", "05": "in_invoice"}


class O2cSriReceived(models.Model):
    """What a received factura or note becomes: a bill in draft, its lines matched.

    A product is known by the supplier's code: first as learnt from bills that people
    corrected (``o2c.sri.equivalence``), then by the vendor price list, then by the
    barcode. Purchase orders are matched by product (``purchase_line_id``), so that
    quantities count as billed there.
    """

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.received"  # pylint: disable=consider-merging-classes-inherited

    differences = fields.Text(compute="_compute_differences")

    # === ACTION METHODS === #

    def action_create_bill(self):
        """Create the vendor bills or notes in draft and open them."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        problems, bills = [], self.env["account.move"]
        for received in self:
            found = received._o2c_bill_problems()
            problems += [f"{received.number}: {problem}" for problem in found]
        if problems:
            raise UserError("\n".join(problems))
        for received in self:
            bills |= received._o2c_create_bill()
        return bills._get_records_action()

    def action_create_partner(self):
        """Create the issuer as a contact, with what his document says of him."""
        self.ensure_one()
        self.env["res.partner"].check_access("create")
        if not self.partner_id:
            issuer = self._o2c_comprobante().issuer
            self.env["res.partner"].create(
                {
                    "name": issuer.legal_name,
                    "vat": issuer.ruc,
                    "company_type": "company",
                    "street": issuer.main_address,
                    "country_id": self.env.ref("base.ec").id,
                    "l10n_latam_identification_type_id": self.env.ref(
                        "l10n_ec.ec_ruc"
                    ).id,
                    "supplier_rank": 1,
                }
            )
            self.invalidate_recordset(["partner_id"])
        return self.partner_id._get_records_action()

    # === BILL === #

    def _o2c_bill_problems(self):
        """Return what keeps this document from becoming a bill, as sentences."""
        if self.move_id:
            return []
        problems = []
        if self.document_type not in BILL_TYPES:
            problems.append(self.env._("It is neither an invoice nor a note."))
        if not self.partner_id:
            problems.append(
                self.env._(
                    "No contact has the RUC %(ruc)s (%(name)s): create it first.",
                    ruc=self.supplier_ruc,
                    name=self.supplier_name,
                )
            )
        return problems

    def _o2c_create_bill(self):
        """Return the draft bill of this document, created once.

        A bill that was typed in before with the same number is taken as it is.

        :raise UserError: the supplier is no contact yet, or it is no purchase.
        """
        self.ensure_one()
        if problems := self._o2c_bill_problems():
            raise UserError("\n".join(problems))
        if not self.move_id:
            moves = self.env["account.move"]
            move = self._o2c_typed_bill()
            move = move or moves.create(self._o2c_prepare_bill())
            if not move.o2c_sri_authorisation:
                move.o2c_sri_authorisation = self.access_key
            self.sudo().move_id = move
        return self.move_id

    def _o2c_typed_bill(self):
        """Return the bill of this number that somebody entered without its XML."""
        bills = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", BILL_TYPES[self.document_type]),
                ("commercial_partner_id", "=", self.partner_id.id),
                ("state", "!=", "cancel"),
                ("name", "=like", f"% {self.number}"),
            ]
        )
        return bills.filtered(
            lambda b: (
                b.l10n_latam_document_type_id.code == self.document_type
                and b.o2c_sri_authorisation in (False, "", self.access_key)
            )
        )[:1]

    def _o2c_prepare_bill(self):
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "purchase"),
                # one with an emission point numbers our own liquidations
                ("o2c_emission_point_id", "=", False),
            ],
            limit=1,
        )
        kind = self.env["l10n_latam.document.type"].search(
            [("code", "=", self.document_type), ("country_id.code", "=", "EC")],
            limit=1,
        )
        return {
            "move_type": BILL_TYPES[self.document_type],
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "invoice_date": self.issue_date,
            "l10n_latam_document_type_id": kind.id,
            "l10n_latam_document_number": self.number,
            "o2c_sri_authorisation": self.access_key,
            "invoice_line_ids": self._o2c_prepare_bill_lines(),
            **self._o2c_prepare_modified(),
        }

    def _o2c_prepare_modified(self):
        """Link a note with the bill that it changes, when we have it."""
        if not self.modified_number:
            return {}
        bill = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "in_invoice"),
                ("commercial_partner_id", "=", self.partner_id.id),
                ("state", "=", "posted"),
                ("name", "=like", f"% {self.modified_number}"),
            ],
            limit=1,
        )
        link = "reversed_entry_id" if self.document_type == "04" else "debit_origin_id"
        return {"ref": self.modified_number, link: bill.id}

    def _o2c_prepare_bill_lines(self):
        products = self._o2c_match_products()
        orders = self._o2c_match_purchase_lines(products)
        taxes = self._o2c_match_taxes(products)
        if not self.line_ids:  # a nota de débito has reasons instead of lines
            return [
                Command.create(
                    {"name": charge.reason, "price_unit": float(charge.amount)}
                )
                for charge in getattr(self._o2c_comprobante(), "charges", ())
            ]
        return [
            Command.create(
                {
                    "product_id": products[line].id,
                    "name": line.description,
                    "quantity": line.quantity,
                    "tax_ids": [Command.set(taxes[line].ids)],
                    "purchase_line_id": orders[line].id,
                    "o2c_received_line_id": line.id,
                    "is_imported": True,
                    **self._o2c_price(line),
                }
            )
            for line in self.line_ids
        ]

    def _o2c_price(self, line):
        """Return price and discount in per cent that give the line's subtotal."""
        gross = line.price * line.quantity
        discount = round(100 * line.discount / gross, 2) if gross else 0.0
        currency = self.currency_id
        if currency.compare_amounts(gross * (1 - discount / 100), line.subtotal) == 0:
            return {"price_unit": line.price, "discount": discount}
        return {"price_unit": line.subtotal / (line.quantity or 1), "discount": 0.0}

    # === MATCHING === #

    def _o2c_match_products(self):
        """Return {line: our product, empty when nobody knows it}."""
        self.ensure_one()
        by_key = self._o2c_learnt_products()
        by_code = self._o2c_listed_products()
        by_barcode = self._o2c_barcode_products()
        key = self.env["o2c.sri.equivalence"]._o2c_key
        nothing = self.env["product.product"]
        return {
            line: by_key.get(key(line))
            or by_code.get(line.code)
            or by_barcode.get(line.aux_code)
            or by_barcode.get(line.code)
            or nothing
            for line in self.line_ids
        }

    def _o2c_learnt_products(self):
        rows = self.env["o2c.sri.equivalence"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ]
        )
        return {row.code: row.product_id for row in rows}

    def _o2c_listed_products(self):
        infos = self.env["product.supplierinfo"]
        rows = infos.search(
            [
                *infos._check_company_domain(self.company_id),
                ("partner_id", "child_of", self.partner_id.ids),
                ("product_code", "in", self.line_ids.filtered("code").mapped("code")),
            ],
            order="sequence desc, id desc",
        )
        return {
            row.product_code: row.product_id or row.product_tmpl_id.product_variant_id
            for row in rows
        }

    def _o2c_barcode_products(self):
        products = self.env["product.product"]
        codes = {*self.line_ids.mapped("code"), *self.line_ids.mapped("aux_code")}
        rows = products.search(
            [
                *products._check_company_domain(self.company_id),
                ("barcode", "in", list(codes - {False, ""})),
            ]
        )
        return {row.barcode: row for row in rows}

    def _o2c_match_purchase_lines(self, products):
        """Return {line: line of an open order, empty without one}.

        Same product; the same price first, then the oldest.
        """
        lines = self.env["purchase.order.line"]
        if self.document_type != "01":
            return dict.fromkeys(self.line_ids, lines)
        open_lines = lines.search(
            [
                ("company_id", "=", self.company_id.id),
                ("order_id.partner_id", "child_of", self.partner_id.ids),
                ("state", "in", ("purchase", "done")),
                ("product_id", "in", [p.id for p in products.values() if p]),
            ],
            order="date_planned, id",
        ).filtered(lambda line: line.qty_invoiced < line.product_qty)
        result = {}
        for line in self.line_ids:
            fitting = open_lines.filtered(
                lambda o, p=products[line]: o.product_id == p
            ).sorted(
                lambda o, net=line: (
                    abs(o.price_unit_discounted - net.subtotal / (net.quantity or 1))
                    > 0.005
                )
            )
            result[line] = fitting[:1]
            open_lines -= fitting[:1]
        return result

    def _o2c_match_taxes(self, products):
        """Return {line: purchase tax of the rate and kind that was charged}."""
        table = self.env["o2c.sri.tax.code"]._o2c_table([self.issue_date])
        kinds = {}
        for kind, rows in table[self.issue_date].items():
            for code, rate_code, _rate in rows:
                if code == "2":
                    kinds.setdefault(rate_code, []).append(kind)
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "purchase"),
                ("tax_group_id.l10n_ec_type", "in", sum(kinds.values(), [])),
            ]
        )
        result = {}
        for line in self.line_ids:
            fitting = taxes.filtered(
                lambda t, code=line.tax_code: (
                    t.tax_group_id.l10n_ec_type in kinds.get(code, ())
                )
            )
            own = products[line].supplier_taxes_id & fitting
            result[line] = own[:1] or fitting[:1]
        return result

    # === DIFFERENCES === #

    @api.depends(
        "move_id.amount_total",
        "move_id.invoice_line_ids.product_id",
        "move_id.invoice_line_ids.purchase_line_id.qty_received",
    )
    def _compute_differences(self):
        for received in self:
            received.differences = "\n".join(received._o2c_differences())

    def _o2c_differences(self):
        """Return in which points bill, order and document differ, as sentences."""
        bill = self.move_id
        if not bill or self.document_type not in BILL_TYPES:
            return []
        found = [
            sentence
            for line in bill.invoice_line_ids.filtered("o2c_received_line_id")
            for sentence in self._o2c_line_differences(line)
        ]
        return found + [
            self.env._(
                "%(name)s: the bill says %(ours).2f, the document %(theirs).2f.",
                name=name,
                ours=ours,
                theirs=theirs,
            )
            for name, ours, theirs in self._o2c_compared_totals()
            if bill.currency_id.compare_amounts(ours, theirs)
        ]

    def _o2c_compared_totals(self):
        """Return (name, what the bill says, what the document says) of the totals."""
        if self.document_type not in BILL_TYPES:
            return ()
        bill = self.move_id
        excise = self._o2c_excise_total()
        subtotal = self.env._("Subtotal")
        if excise:
            subtotal = self.env._("Subtotal with ICE and IRBPNR")
        return (
            (subtotal, bill.amount_untaxed, self.subtotal + excise),
            (self.env._("Taxes"), bill.amount_tax, self.tax_total - excise),
            (self.env._("Total"), bill.amount_total, self.total),
        )

    def _o2c_line_differences(self, line):
        label = (line.name or "").split("\n")[0]
        if not line.product_id:
            return [
                self.env._(
                    "%(line)s: choose its product; the next bill will know it.",
                    line=label,
                )
            ]
        order = line.purchase_line_id
        if not order:
            return []
        found = []
        price = line.price_subtotal / (line.quantity or 1)
        if abs(price - order.price_unit_discounted) > 0.005:
            found.append(
                self.env._(
                    "%(line)s: %(price).4f a unit, but %(agreed).4f in order "
                    "%(order)s.",
                    line=label,
                    price=price,
                    agreed=order.price_unit_discounted,
                    order=order.order_id.name,
                )
            )
        # the bill's own quantity is among those that the order counts as invoiced
        arrived = order.qty_received - (order.qty_invoiced - line.quantity)
        if line.quantity > arrived:
            found.append(
                self.env._(
                    "%(line)s: %(billed)g are billed, but %(arrived)g of order "
                    "%(order)s arrived and wait for a bill.",
                    line=label,
                    billed=line.quantity,
                    arrived=max(arrived, 0),
                    order=order.order_id.name,
                )
            )
        return found
