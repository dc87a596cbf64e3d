"""What is measured: each case does one thing that a person waits for."""

from . import world


class ConfirmOverhead:
    """Confirm an order of twenty lines."""

    name = "confirm_overhead"
    repetitions = 15
    divisor = 1

    def prepare(self, env, ids):
        """Nothing is kept between repetitions."""

    def set_up(self, env, ids):
        return world.draft_order(env, ids)

    def act(self, order):
        order.action_confirm()
        assert order.state == "sale", order.state


class PostingOverhead:
    """Post two hundred invoices at once; the figures are for one of them."""

    name = "posting_overhead"
    repetitions = 3
    divisor = 200

    def prepare(self, env, ids):
        world.draft_invoices(env, ids, self.divisor)

    def set_up(self, env, ids):
        return env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("state", "=", "draft")], order="id"
        )

    def act(self, invoices):
        assert len(invoices) == self.divisor
        invoices.action_post()
        assert set(invoices.mapped("state")) == {"posted"}


CASES = {case.name: case for case in (ConfirmOverhead(), PostingOverhead())}
