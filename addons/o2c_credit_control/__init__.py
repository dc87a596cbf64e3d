from . import controllers, models, report, wizard


def _create_company_defaults(env):
    """Give every company that exists already its policy and its ladder."""
    env["res.company"].search([])._o2c_credit_create_defaults()
