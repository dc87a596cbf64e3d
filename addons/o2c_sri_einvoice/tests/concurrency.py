from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name


class Transaction:
    """A real cursor of its own, unlike those that the registry gives to tests."""

    def __enter__(self):
        self.cr = db_connect(get_db_name()).cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, *_error):
        self.cr.rollback()
        self.cr.close()


class ConcurrentCase(BaseCase):
    """Real transactions side by side; what a test commits, it deletes."""

    def setUp(self):
        super().setUp()
        # the thread that runs the tests holds the lock of the registries
        self.patch(Registry, "_lock", DummyRLock())
