"""Findings in words: the same sentence in errors, banners, requests and mails."""

import logging

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tools.misc import format_amount, formatLang

_logger = logging.getLogger("odoo.addons.o2c_order_gate.refused")


def log_refused(what, records, why):
    """Leave a trace of a refused attempt in the server's log.

    Not in the database: what refuses rolls back, and a record that users cause at will
    by being refused would be theirs to flood. Odoo logs refused access the same way.

    :param str what: ``confirm``, ``delivery``, ``decide``, ``sign``, ``pay``, or what
        was tried on the log
    :param records: what it was about
    :param str why: policies or reason
    """
    user = records.env.user
    _logger.info("%s of %s refused to %s: %s", what, records, user.login, why)


def refused(what, records, why, error=UserError):
    """The error to raise of a refused attempt, which leaves a trace like `log_refused`.

    :param str what: what was tried
    :param records: what it was about
    :param str why: the reason as people read it
    """
    log_refused(what, records, why.replace("\n", " "))
    return error(why)


def measured(order, number, unit):
    """A measure with its unit, in the user's format.

    :param order: ``sale.order`` whose company's currency amounts are in
    :param Decimal number: the measure
    :param str unit: unit of the finding
    """
    value = float(number)
    if unit == "amount":
        return format_amount(order.env, value, order.company_id.currency_id)
    if unit == "days":
        return order.env._("%(days)s days", days=int(number))
    return f"{formatLang(order.env, value, digits=2)} %"


def approvers(env, finding):
    """Names of the group and of the users that may accept a finding."""
    names = []
    if finding.approver_group:
        # unlike env.ref this asks the database once, and findings may be hundreds
        group_id = env["ir.model.data"]._xmlid_to_res_id(finding.approver_group)
        if group_id:
            names.append(env["res.groups"].sudo().browse(group_id).name)
    users = env["res.users"].sudo().browse(finding.approver_ids).exists()
    who = ", ".join(names + users.mapped("name")) or env._("nobody")
    if finding.approvers_needed > 1:
        return env._("%(number)s of: %(who)s", number=finding.approvers_needed, who=who)
    return who


def finding_text(order, finding):
    """The policy and by how much, for those who decide."""
    if finding.unit == "none":
        return finding.title
    return order.env._(
        "%(title)s (%(measure)s, limit %(limit)s)",
        title=finding.title,
        measure=measured(order, finding.measure, finding.unit),
        limit=measured(order, finding.limit, finding.unit),
    )


def finding_lines(order, findings):
    """For each finding a sentence: the policy, by how much, and who may accept it."""
    # findings of an order have few different approvers
    who = {}
    for finding in findings:
        key = finding.approver_group, finding.approver_ids, finding.approvers_needed
        if key not in who:
            who[key] = approvers(order.env, finding)
        yield order.env._(
            "%(title)s. May be accepted by: %(who)s",
            title=finding_text(order, finding),
            who=who[key],
        )


def finding_list(order, findings):
    """HTML list of findings, or False when there are none."""
    if not findings:
        return False
    items = [Markup("<li>%s</li>") % line for line in finding_lines(order, findings)]
    return Markup("<ul class='mb-0'>%s</ul>") % Markup("").join(items)


def refusal(orders, rest, checkpoint):
    """Text of a refusal: every finding of every order, and what to do.

    :param dict rest: {order id: findings that nobody accepted}
    :param str checkpoint: ``confirm`` or ``delivery``
    """
    head, advice = _refusal_frame(orders, checkpoint)
    items = [
        f"• {order.name}: {line}"
        for order in orders
        for line in finding_lines(order, rest[order.id])
    ]
    return "\n".join([head, *items, "", advice])


def _refusal_frame(orders, checkpoint):
    env = orders.env
    if checkpoint == "delivery":
        return env._("These goods cannot be delivered yet:"), env._(
            "Open the sales order and request approval there, or settle what is "
            "pending with the customer."
        )
    if any(order.state == "sale" for order in orders):
        return env._("The confirmed order cannot be like this:"), env._(
            "Nothing was saved. Put the change in a new quotation, or cancel the "
            "order, set it back to quotation, change it and request approval."
        )
    return env._("The order cannot be confirmed yet:"), env._(
        "Change the order, or request approval on it (button “Request approval”)."
    )
