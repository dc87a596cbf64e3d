"""What a server logged while people worked: an error that nobody saw on a screen."""

from o2c_cli import odoo_log

# Odoo's own jobs that may fail, and why it does not matter.
EXPECTED = {
    "LOCK ir_attachment IN SHARE MODE": "its vacuum of files waits for a quieter hour",
    "Publisher: Update Notification": "asks its maker once a week, over the network",
}


def errors(log):
    """Errors of a server's log that somebody has to look into.

    :param Path log: of one server
    """
    found = odoo_log.errors(log.read_text(errors="replace"))
    return [entry for entry in found if not any(text in entry for text in EXPECTED)]
