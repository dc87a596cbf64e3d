from odoo import api, models


class PricingApprovablePart(models.AbstractModel):
    """A line of something that has to be approved: it changes only with a draft.

    A model that inherits it names its parent in `_o2c_whole`. It comes first among what
    the model inherits, so that no other method of it writes past the guard.
    """

    _name = "o2c.pricing.approvable.part"
    _description = "Line of Prices to Approve"

    # the many2one to the model that inherits o2c.pricing.approvable
    _o2c_whole = None

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base
        parts = super().create(vals_list)
        parts[self._o2c_whole]._o2c_edited()
        return parts

    def write(self, vals):
        # EXTENDS base: both the record that it leaves and the one that it joins
        self[self._o2c_whole]._o2c_check_draft()
        result = super().write(vals)
        self[self._o2c_whole]._o2c_edited()
        return result

    def unlink(self):
        # EXTENDS base
        self[self._o2c_whole]._o2c_edited()
        return super().unlink()

    def _o2c_set(self, vals):
        """Write past our own guard; for the methods of this addon alone."""
        return super().write(vals)
