"""What is measured: each case does one thing that a person waits for.

`prepare` makes what stays, `set_up` what one repetition needs; only `act` is measured;
`check` makes sure that it was the real thing.
"""

from . import world


class ConfirmOverhead:
    """Confirm an order of twenty lines."""

    name = "confirm_overhead"
    divisor = 1

    def prepare(self, env, ids):
        """Nothing is kept between repetitions."""

    def set_up(self, env, ids):
        return world.draft_order(env, ids)

    def act(self, order):
        order.action_confirm()

    def check(self, order):
        assert order.state == "sale", order.state
        assert order.picking_ids


class PostingOverhead:
    """Post two hundred invoices at once; the figures are for one of them."""

    name = "posting_overhead"
    divisor = 200

    def prepare(self, env, ids):
        world.draft_invoices(env, ids, self.divisor)

    def set_up(self, env, ids):
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


CASES = {case.name: case for case in (ConfirmOverhead(), PostingOverhead())}
