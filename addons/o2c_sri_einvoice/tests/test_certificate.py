from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SriCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCertificate(SriCommon):
    """Who answers for it is told in time that a certificate ends, once a threshold."""

    def _tell(self, days_left):
        """Run the daily job when so many days are left; return how often it told."""
        certificate = self.company.o2c_sri_certificate_id
        certificate.valid_to = fields.Datetime.now() + timedelta(
            days=days_left, hours=1
        )
        before = self.company.partner_id.activity_ids
        self.env["o2c.sri.certificate"]._cron_expiry_alerts()
        return len(self.company.partner_id.activity_ids - before)

    def test_alerts_at_thirty_seven_and_one_days(self):
        self.company.o2c_sri_responsible_id = self.accountant
        days = (45, 31, 30, 29, 8, 7, 6, 2, 1, 0)
        told = [day for day in days if self._tell(day)]
        self.assertEqual(told, [30, 7, 1])
        activities = self.company.partner_id.activity_ids
        self.assertEqual(activities.user_id, self.accountant)
        self.assertIn("ends in 30 days", " ".join(activities.mapped("summary")))

    def test_a_new_file_starts_anew(self):
        self.company.o2c_sri_responsible_id = self.accountant
        self.assertTrue(self._tell(5))
        self._set_up_issuer(self.company, self.company.vat)
        self.assertFalse(self.company.o2c_sri_certificate_id.alerted_days)
        self.assertTrue(self._tell(5))
