from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..credit_core import GroupStanding
from .commands import linked
from .dates import today

# Writing one of these may change which orders go on.
DECIDING = frozenset({"active", "company_ids", "currency_id", "limit", "partner_ids"})


class O2cCreditGroup(models.Model):
    """Customers that belong together, or companies of ours that share one limit.

    What the members owe in all companies of the group adds up, in the currency of its
    limit, whoever of them orders and in whichever company. The limit of each customer
    in each company holds besides.

    Entry point: `_standings`.
    """

    _name = "o2c.credit.group"
    _description = "Credit group"
    _inherit = ["mail.thread"]
    _order = "name"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    partner_ids = fields.Many2many(
        "res.partner",
        "o2c_credit_group_partner_rel",
        "group_id",
        "partner_id",
        string="Customers",
        domain="[('parent_id', '=', False)]",
        required=True,
    )
    company_ids = fields.Many2many(
        "res.company",
        "o2c_credit_group_company_rel",
        "group_id",
        "company_id",
        string="Companies",
        default=lambda self: self.env.company,
        required=True,
        help="What the customers owe in these companies of ours adds up.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    limit = fields.Monetary("Limit of the group", required=True, tracking=True)
    exposure = fields.Monetary(compute="_compute_exposure", compute_sudo=True)
    available = fields.Monetary(compute="_compute_exposure", compute_sudo=True)
    serial = fields.Integer(readonly=True, help="Technical: see `_lock`.")

    _limit_positive = models.Constraint(
        'CHECK ("limit" > 0 AND "limit" < 1e12)',
        "The limit of a credit group is above zero, and has an end.",
    )

    @api.depends("partner_ids", "company_ids", "limit", "currency_id")
    def _compute_exposure(self):
        stored = self._origin
        totals = stored._exposures(today(self.env)) if stored else {}
        for group in self:
            total, _undelivered = totals.get(group._origin.id, (Decimal(0), Decimal(0)))
            group.exposure = float(total)
            group.available = group.limit - float(total)

    @api.constrains("partner_ids", "active")
    def _check_partners(self):
        """A customer is a whole one, and of one group: his debt counts once."""
        contacts = self.partner_ids.filtered(lambda p: p != p.commercial_partner_id)
        if contacts:
            raise ValidationError(
                self.env._(
                    "Only whole customers belong to a credit group, not contacts:"
                    " %(names)s.",
                    names=", ".join(contacts.mapped("display_name")),
                )
            )
        for group in self.filtered("active"):
            others = self.sudo().search(
                [("partner_ids", "in", group.partner_ids.ids), ("id", "!=", group.id)]
            )
            if others:
                shared = others.partner_ids & group.partner_ids
                raise ValidationError(
                    self.env._(
                        "%(names)s belongs to the credit group %(group)s already; take"
                        " it out there first.",
                        names=", ".join(shared.mapped("display_name")),
                        group=", ".join(others.mapped("name")),
                    )
                )

    # ------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        groups = self.browse()
        for vals in vals_list:
            with self._watching(vals):
                groups |= super().create([vals])
        return groups

    def write(self, vals):
        if DECIDING.isdisjoint(vals):
            return super().write(vals)
        with self._watching(vals):
            return super().write(vals)

    def unlink(self):
        with self._watching({}):
            return super().unlink()

    def _watching(self, vals):
        """Tell the salespeople of old and new members what these values change."""
        members = self.partner_ids.browse(linked(vals.get("partner_ids")))
        companies = self.company_ids.browse(linked(vals.get("company_ids")))
        companies |= self.company_ids or self.env.company
        return (self.partner_ids | members)._o2c_credit_watch(companies)

    # -------------------------------------------------------------------- API
    @api.private
    def _of_partners(self, partners):
        """{commercial partner id: its group} of those that belong to one."""
        groups = self.sudo().search([("partner_ids", "in", partners.ids)])
        return {partner.id: group for group in groups for partner in group.partner_ids}

    @api.private
    def _lock(self):
        """Serialise what uses the credit of these groups, as for a single customer."""
        if self:
            self.env.execute_query(
                SQL(
                    """
                    WITH locked AS (
                        SELECT id FROM o2c_credit_group WHERE id IN %s
                      ORDER BY id FOR NO KEY UPDATE
                    )
                    UPDATE o2c_credit_group SET serial = COALESCE(serial, 0) + 1
                      FROM locked WHERE locked.id = o2c_credit_group.id
                    """,
                    tuple(self.ids),
                )
            )

    @api.private
    def _standings(self, partners, company, day):
        """{commercial partner id: credit_core.GroupStanding}, in company's currency.

        Only groups that this company belongs to count: orders of a company outside it
        neither use nor need its limit.
        """
        of_partner = {
            partner_id: group
            for partner_id, group in self._of_partners(partners).items()
            if company in group.company_ids
        }
        groups = self.union(*of_partner.values())
        totals = groups._exposures(day) if groups else {}

        def converted(group, amount):
            return self._convert(amount, group.currency_id, company.currency_id, day)

        return {
            partner.id: GroupStanding(
                name=group.name,
                limit=converted(group, group.limit),
                total=converted(group, totals[group.id][0]),
                undelivered=converted(group, totals[group.id][1]),
            )
            for partner in partners
            if (group := of_partner.get(partner.id))
        }

    def _exposures(self, day):
        """{group id: (exposure, undelivered part)}; one query for each company."""
        groups = self.sudo()
        totals = {group.id: (Decimal(0), Decimal(0)) for group in groups}
        by_company = defaultdict(self.browse)
        for group in groups:
            for company in group.company_ids:
                by_company[company] |= group
        for company, of_company in by_company.items():
            exposures = self.env["o2c.credit.exposure"]._read_exposure(
                of_company.partner_ids, company, day
            )
            for group in of_company:
                members = [exposures[partner.id] for partner in group.partner_ids]
                sums = (
                    sum((e.total for e in members), Decimal(0)),
                    sum((e.undelivered for e in members), Decimal(0)),
                )
                totals[group.id] = tuple(
                    known
                    + self._convert(amount, company.currency_id, group.currency_id, day)
                    for known, amount in zip(totals[group.id], sums, strict=True)
                )
        return totals

    def _convert(self, amount, source, target, day):
        company = self.env.company
        return Decimal(str(source._convert(float(amount), target, company, day)))
