import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger


class Transaction:
    """A real cursor of its own, unlike those that the registry gives to tests."""

    def __enter__(self):
        self.cr = db_connect(get_db_name()).cursor()
        # nobody reads the mails of activities, and writing them takes most of the time
        context = {"mail_activity_quick_update": True}
        return api.Environment(self.cr, SUPERUSER_ID, context)

    def __exit__(self, *_error):
        self.cr.rollback()
        self.cr.close()


class RaceCase(BaseCase):
    """Two people at once, in two real transactions.

    The second always starts from what the database was before the first committed:
    what it reads is old, whatever it waits for. What a test commits, it deletes.
    """

    def setUp(self):
        super().setUp()
        # the thread that runs the tests holds the lock of the registries
        self.patch(Registry, "_lock", DummyRLock())

    def _race(self, first, second):
        """Do two things at once, each a (user id, function of an environment).

        :return: what the second ended with, ``done`` or the text of its refusal
        """
        started, outcome = threading.Event(), []

        def run_second():
            with Transaction() as env:
                user, function = second

                def act():
                    # from here on this transaction sees nothing newer
                    env.cr.execute("SELECT 1 FROM sale_order LIMIT 1")
                    started.set()
                    function(env(user=user))

                try:
                    retrying(act, env)
                    outcome.append("done")
                except UserError as error:
                    outcome.append(str(error))

        with (
            Transaction() as env,
            mute_logger("odoo.sql_db"),
            patch("odoo.service.model.time.sleep"),
        ):
            user, function = first
            function(env(user=user))
            env.flush_all()
            thread = threading.Thread(target=run_second)
            thread.start()
            self.assertTrue(started.wait(30))
            env.cr.commit()
            thread.join(60)
        self.assertEqual(len(outcome), 1)
        return outcome[0]
