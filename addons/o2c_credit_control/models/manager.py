from odoo.exceptions import AccessError

from odoo.addons.o2c_order_gate.models.messages import refused

MANAGER = "o2c_credit_control.o2c_credit_control_group_manager"


def check_manager(what, records, why, operation="read"):
    """Leave it to credit managers to say how a record of the credit logs ends.

    :param str what: what is tried, for the server's log
    :param str why: the reason as people read it
    :param str operation: what the caller must be allowed to do with the records
    :raise AccessError: about everybody else, and about records that are out of reach
    """
    if not records.env.user.has_group(MANAGER):
        raise refused(what, records, why, AccessError)
    records.check_access(operation)
