from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from ..credit_core import BrokenPromise, Standing
from .dates import today

# a review is asked for so many days ahead
REVIEW_DAYS = 7

HELD = """
WITH family AS (
    SELECT id, commercial_partner_id AS payer
      FROM res_partner WHERE %(chosen)s
), %(receivable)s, %(policies)s, hold AS (
    SELECT DISTINCT partner_id AS payer
      FROM o2c_credit_hold
     WHERE company_id = %(company)s AND state = 'active'
       AND kind = 'manual'
), promise AS (
    SELECT partner_id AS payer, SUM(missing) AS missing
      FROM o2c_credit_promise
     WHERE company_id = %(company)s
       AND state IN ('partly', 'broken') AND missing > 0
  GROUP BY partner_id
), late AS (
    SELECT payer, %(today)s - oldest_due AS days,
           COALESCE(overdue_30, 0) + COALESCE(overdue_60, 0)
           + COALESCE(overdue_90, 0) + COALESCE(overdue_older, 0)
           AS overdue
      FROM receivable
     WHERE oldest_due < %(today)s
), verdict AS (
    SELECT family.id AS partner_id,
           hold.payer IS NOT NULL AS manual,
           COALESCE(promise.missing > 0, FALSE)
           AND COALESCE(special.stops, general.stops, TRUE) AS promise,
           COALESCE(
               late.days > COALESCE(special.days, general.days, 0)
               AND late.overdue
                   > COALESCE(special.minimum, general.minimum, 0),
               FALSE) AS late,
           COALESCE(late.overdue, 0) AS overdue
      FROM family
 LEFT JOIN hold ON hold.payer = family.id
 LEFT JOIN promise ON promise.payer = family.id
 LEFT JOIN late ON late.payer = family.id
 LEFT JOIN special ON special.payer = family.id
 LEFT JOIN general ON TRUE
     WHERE family.id = family.payer
       AND (hold.payer IS NOT NULL OR promise.payer IS NOT NULL
            OR late.payer IS NOT NULL)
)
SELECT * FROM verdict WHERE manual OR promise OR late
"""


class ResPartner(models.Model):
    """What the gate, the reconciliation and the daily run ask about customers."""

    # apart from the fields: who is on hold is a subject of its own
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------------- lock
    @api.private
    def _o2c_credit_lock(self):
        """Serialise the transactions that use the credit of these customers.

        The row is updated and not only locked: transactions read a snapshot
        (REPEATABLE READ), and one that merely waited for a lock would go on with the
        exposure from before the other's commit. The update makes PostgreSQL refuse it
        with a serialisation failure, which Odoo answers by running it again. Rows are
        taken in the order of their ids, so that two transactions cannot wait for each
        other.
        """
        ids = tuple(self.commercial_partner_id.ids)
        if ids:
            self.env.execute_query(
                SQL(
                    """
                    WITH customer AS (
                        SELECT id FROM res_partner WHERE id IN %s
                      ORDER BY id FOR NO KEY UPDATE
                    )
                    UPDATE res_partner
                       SET o2c_credit_serial = COALESCE(o2c_credit_serial, 0) + 1
                      FROM customer
                     WHERE customer.id = res_partner.id
                    """,
                    ids,
                )
            )
            groups = self.env["o2c.credit.group"]
            of_partner = groups._of_partners(self.commercial_partner_id)
            groups.union(*of_partner.values()).sorted("id")._lock()

    # --------------------------------------------------------------- standing
    @api.private
    def _o2c_credit_standings(self, company):
        """Facts that credit policies look at, in a fixed number of queries.

        :param company: one company
        :return: {commercial partner id: credit_core.Standing}
        """
        # a customer that is being typed has no account yet
        partners = self.sudo().commercial_partner_id._origin.with_company(company)
        # a partner has a hundred columns, and deliveries wait for these two
        partners.fetch(["credit_limit", "o2c_credit_review_date"])
        day = today(self.env)
        exposures = self.env["o2c.credit.exposure"]._read_exposure(
            partners, company, day
        )
        in_force = [("company_id", "=", company.id), ("partner_id", "in", partners.ids)]
        holds = self.env["o2c.credit.hold"].sudo()
        holds = holds.search(
            [*in_force, ("state", "=", "active"), ("kind", "=", "manual")]
        )
        reasons = {
            p: [h.reason for h in hs] for p, hs in groupby(holds, self._of_partner)
        }
        promises = self.env["o2c.credit.promise"].sudo()
        promises = promises.search(
            [*in_force, ("state", "in", ("partly", "broken")), ("missing", ">", 0)]
        )
        broken = dict(groupby(promises, self._of_partner))
        covers = self.env["o2c.credit.cover"]._amounts(partners, company, day)
        groups = self.env["o2c.credit.group"]._standings(partners, company, day)
        return {
            partner.id: Standing(
                today=day,
                exposure=exposures[partner.id],
                limit=Decimal(
                    str(company.currency_id.round(partner.credit_limit or 0))
                ),
                raised=covers[partner.id][0],
                secured=covers[partner.id][1],
                review_date=partner.o2c_credit_review_date or None,
                group=groups.get(partner.id),
                holds=tuple(reasons.get(partner, ())),
                broken_promises=tuple(
                    BrokenPromise(promise.date, Decimal(str(promise.missing)))
                    for promise in broken.get(partner, ())
                ),
            )
            for partner in partners
        }

    @staticmethod
    def _of_partner(record):
        return record.partner_id

    # ------------------------------------------------------------------ holds
    @api.private
    def _o2c_credit_held(self, company, payers=None):
        """Customers that are on hold in a company today, in one query.

        A hold is what stops a customer whatever he orders: a manual hold, a broken
        promise, documents overdue beyond his policy. The limit is not one: it depends
        on the order. Says the same as `credit_core.judge`, which the tests compare.

        :param payers: commercial entities to look at; None: all
        :return: list of dicts with ``partner_id``, ``manual``, ``promise``, ``late``
            (booleans) and ``overdue`` (company currency)
        """
        exposure = self.env["o2c.credit.exposure"]
        exposure._flush_receivable()
        self.env["res.partner"].flush_model(["category_id"])
        for model in ("o2c.credit.hold", "o2c.credit.promise", "o2c.credit.policy"):
            self.env[model].flush_model()
        day = today(self.env)
        chosen = SQL("TRUE")
        if payers is not None:
            chosen = SQL("commercial_partner_id IN %s", tuple(payers.ids) or (0,))
        return self.env.execute_query_dict(
            SQL(
                HELD,
                chosen=chosen,
                receivable=exposure._receivable_ctes(company, day),
                policies=self._o2c_credit_policy_ctes(company),
                company=company.id,
                today=day,
            )
        )

    def _o2c_credit_policy_ctes(self, company):
        """``special`` and ``general``, as `o2c.credit.policy._for_partners` has it."""
        return SQL(
            """
            policy AS (
                SELECT id, sequence,
                       COALESCE(grace_days, 0) + COALESCE(max_overdue_days, 0) AS days,
                       COALESCE(overdue_minimum, 0) AS minimum,
                       COALESCE(block_broken_promise, FALSE) AS stops,
                       EXISTS (SELECT 1 FROM o2c_credit_policy_partner_rel
                                WHERE policy_id = o2c_credit_policy.id) AS named,
                       EXISTS (SELECT 1 FROM o2c_credit_policy_category_rel
                                WHERE policy_id = o2c_credit_policy.id) AS segment
                  FROM o2c_credit_policy
                 WHERE company_id = %s AND active
            ), special AS (
                SELECT DISTINCT ON (payer) payer, days, minimum, stops
                  FROM (
                    SELECT rel.partner_id AS payer, 0 AS rank, policy.*
                      FROM policy
                      JOIN o2c_credit_policy_partner_rel rel ON policy_id = policy.id
                     UNION ALL
                    SELECT tagged.partner_id, 1, policy.*
                      FROM policy
                      JOIN o2c_credit_policy_category_rel rel ON policy_id = policy.id
                      JOIN res_partner_res_partner_category_rel tagged
                        ON tagged.category_id = rel.category_id
                     WHERE NOT policy.named
                  ) AS choice
              ORDER BY payer, rank, sequence, id
            ), general AS (
                SELECT days, minimum, stops FROM policy
                 WHERE NOT named AND NOT segment
              ORDER BY sequence, id LIMIT 1
            )
            """,
            company.id,
        )

    @api.private
    def _o2c_credit_log_holds(self, company, everybody=False):
        """Bring the log of automatic holds up to today's facts.

        :param everybody: look at all customers instead of self
        """
        payers = None if everybody else self.commercial_partner_id
        log = self.env["o2c.credit.hold"].sudo()
        domain = [("company_id", "=", company.id), ("state", "=", "active")]
        domain += [("kind", "!=", "manual")]
        if payers is not None:
            domain += [("partner_id", "in", payers.ids)]
        in_force = {
            (hold.partner_id.id, hold.kind): hold for hold in log.search(domain)
        }
        today_held = {
            (row["partner_id"], kind): row["overdue"]
            for row in self._o2c_credit_held(company, payers)
            for kind, column in (("overdue", "late"), ("promise", "promise"))
            if row[column]
        }
        gone = in_force.keys() - today_held.keys()
        log.union(*(in_force[key] for key in gone))._release(
            self.env._("Regularised: nothing that the policy stops for is left.")
        )
        reasons = {
            "overdue": self.env._("Documents overdue beyond the policy."),
            "promise": self.env._("A promise of payment was not kept."),
        }
        opened = log.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner_id,
                    "kind": kind,
                    "reason": reasons[kind],
                    "overdue": today_held[partner_id, kind],
                }
                for partner_id, kind in sorted(today_held.keys() - in_force.keys())
            ]
        )
        # days pass by themselves: nobody else tells that goods do not leave any more
        orders = opened.partner_id._o2c_credit_open_orders(company)
        orders._o2c_credit_stopped()._o2c_credit_tell_stopped()

    @api.model
    def _o2c_cron_log_holds(self):
        """Record who came on hold and who left it, company by company."""
        companies = self.env["res.company"].search([("active", "=", True)])
        for done, company in enumerate(companies, start=1):
            self.with_company(company)._o2c_credit_log_holds(company, everybody=True)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    # ---------------------------------------------------------------- reviews
    @api.private
    def _o2c_credit_follower(self, company):
        """Who follows these customers: their collector, or somebody of the group."""
        collector = self.sudo().with_company(company).o2c_collector_id[:1]
        group = self.env.ref("o2c_credit_control.o2c_credit_control_group_collector")
        team = group.sudo().all_user_ids.filtered(
            lambda user: company in user.company_ids
        )
        return collector or team[:1] or self.env.user

    @api.model
    def _o2c_cron_review_limits(self):
        """Ask to look at limits whose review date comes, once for each customer."""
        kind = self.env.ref("o2c_credit_control.mail_activity_type_review")
        horizon = today(self.env) + timedelta(days=REVIEW_DAYS)
        for company in self.env["res.company"].search([("active", "=", True)]):
            due = self.with_company(company).search(
                [
                    ("o2c_credit_review_date", "!=", False),
                    ("o2c_credit_review_date", "<=", horizon),
                    ("activity_ids", "not any", [("activity_type_id", "=", kind.id)]),
                ]
            )
            for partner in due:
                partner.activity_schedule(
                    activity_type_id=kind.id,
                    date_deadline=partner.o2c_credit_review_date,
                    summary=self.env._("Review the credit limit"),
                    user_id=partner._o2c_credit_follower(company).id,
                )
        self.env["o2c.credit.cover"]._cron_remind_expiry()

    # ----------------------------------------------------------------- orders
    @api.private
    def _o2c_credit_open_orders(self, company, *, everybody=False):
        """Quotations of these customers, and orders that have goods to deliver.

        :param everybody: look at all customers instead of self
        """
        orders = self.env["sale.order"].sudo()
        if not (self or everybody):
            return orders
        domain = Domain("company_id", "=", company.id) & (
            Domain("state", "in", ("draft", "sent"))
            | Domain("state", "=", "sale")
            & Domain("delivery_status", "in", ("pending", "started", "partial"))
        )
        if not everybody:
            payer = "partner_invoice_id.commercial_partner_id"
            domain &= Domain(payer, "in", self.commercial_partner_id.ids)
        return orders.search(domain)

    @api.private
    @contextmanager
    def _o2c_credit_watch(self, companies, *, everybody=False, rules_only=False):
        """Tell salespeople which orders a change of credit frees or stops.

        :param companies: companies in which the change takes effect
        :param everybody: look at all customers instead of self
        :param rules_only: what they owe and may owe stays, only the rules change: it is
            read once for both judgements
        """
        watched = []
        for company in companies.sudo():
            orders = self.sudo()._o2c_credit_open_orders(company, everybody=everybody)
            facts = orders._o2c_credit_facts() if rules_only else None
            watched.append((orders, facts, orders._o2c_credit_stopped(facts)))
        yield
        for orders, facts, before in watched:
            now = orders.exists()._o2c_credit_stopped(facts)
            (before - now)._o2c_credit_tell_released()
            (now - before)._o2c_credit_tell_stopped()
