"""Findings in words: the same sentence in errors, banners, requests and mails."""

from odoo.tools.misc import format_amount, formatLang


def measured(env, number, unit, currency):
    """A measure with its unit, in the user's format.

    :param Decimal number: the measure
    :param str unit: unit of the finding
    :param currency: ``res.currency`` record for amounts
    """
    value = float(number)
    if unit == "amount":
        return format_amount(env, value, currency)
    if unit == "days":
        return env._("%(days)s days", days=int(number))
    return f"{formatLang(env, value, digits=2)} %"


def approvers(env, finding):
    """Names of the group and of the users that may accept a finding."""
    names = []
    if finding.approver_group:
        group = env.ref(finding.approver_group, raise_if_not_found=False)
        if group:
            names.append(group.sudo().name)
    users = env["res.users"].sudo().browse(finding.approver_ids).exists()
    return ", ".join(names + users.mapped("name")) or env._("nobody")


def exceeded(env, finding, currency):
    """By how much, e.g. "15.00 %, limit 10.00 %"; empty without a measure."""
    if finding.unit == "none":
        return ""
    return env._(
        "%(measure)s, limit %(limit)s",
        measure=measured(env, finding.measure, finding.unit, currency),
        limit=measured(env, finding.limit, finding.unit, currency),
    )


def finding_line(env, finding, currency):
    """One sentence: the policy, by how much, and who may accept it."""
    how = exceeded(env, finding, currency)
    title = f"{finding.title} ({how})" if how else finding.title
    return env._(
        "%(title)s. May be accepted by: %(who)s",
        title=title,
        who=approvers(env, finding),
    )
