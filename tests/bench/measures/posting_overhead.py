"""Post two hundred invoices with the suite ÷ with Odoo alone: ≤ 1.25.

The suite numbers, builds, validates and signs an electronic document for each; nothing
is sent while it is measured, on either side.
"""

from .. import world
from ..case import Case


class PostingOverhead(Case):
    divisor = 200
    repetitions = 9

    def prepare(self, env, ids, side):
        world.draft_invoices(env, ids, self.divisor)

    def set_up(self, env, ids, side):
        return env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("state", "=", "draft")], order="id"
        )

    def act(self, invoices):
        invoices.action_post()

    def check(self, invoices):
        assert len(invoices) == self.divisor
        assert set(invoices.mapped("state")) == {"posted"}
        if "o2c_sri_document_ids" in invoices._fields:
            documents = invoices.sudo().o2c_sri_document_ids
            assert len(documents) == self.divisor
            assert all(documents.mapped("signed_xml"))


CASE = PostingOverhead()
