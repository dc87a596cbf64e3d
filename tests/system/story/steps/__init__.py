"""The steps in their order: number, title, function."""

from . import buying, credit, goods, indicators, money, selling

ALL = (
    (1, "Price list and agreement prices", selling.prices),
    (2, "Quotation over the discount threshold, margin per line", selling.quotation),
    (3, "Approval by someone else", selling.approval),
    (4, "Credit: blocked for an overdue customer, released after payment", credit.hold),
    (5, "Confirmation reserves own and consigned stock", selling.confirmation),
    (6, "Partial delivery with guía de remisión (06)", goods.delivery),
    (7, "Factura (01) authorised, RIDE mailed and in the portal", money.invoice),
    (8, "Customer withholding (07) received, payment reconciled", money.collection),
    (
        9,
        "Consigned goods sold: settlement, supplier's factura, retención",
        buying.settle,
    ),
    (10, "Late cost change on goods already sold", buying.cost_change),
    (11, "Return with nota de crédito (04)", goods.customer_return),
    (12, "Indicators move", indicators.moved),
)
