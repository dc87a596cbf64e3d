"""What the builders hand on to each other."""

from datetime import timedelta


class World:
    """The records built so far, by the keys that `demo_core` uses.

    :param env: environment of the installing superuser
    :param date today: day on which the demo is installed
    """

    def __init__(self, env, today):
        self.env = env
        self.today = today
        self.companies = {}
        self.users = {}
        self.products = {}
        self.parties = {}
        self.agreements = {}

    @property
    def main(self):
        return self.companies["sierra"]

    def env_of(self, company):
        """Environment that sees and creates in one company only."""
        return self.env(
            context={
                **self.env.context,
                "allowed_company_ids": company.ids,
                "lang": "es_EC",
                "tracking_disable": True,
                "mail_create_nolog": True,
            }
        )

    def days_ago(self, days):
        return self.today - timedelta(days=days)

    def name(self, xmlid, record):
        """Give a record an external id, so that tests and the story find it."""
        self.env["ir.model.data"].create(
            {
                "module": "o2c_demo",
                "name": xmlid,
                "model": record._name,
                "res_id": record.id,
                "noupdate": True,
            }
        )
        return record
