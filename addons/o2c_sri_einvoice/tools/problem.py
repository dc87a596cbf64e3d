"""Sentences about what keeps a document from being issued, and what they are about."""

from odoo.exceptions import UserError


class Problem(str):
    """A sentence for people that knows the record to mend.

    :param record: record of one row, or None.
    :param in_settings: whether it is mended in the settings of that company.
    """

    __slots__ = ("in_settings", "record")

    def __new__(cls, text, record=None, in_settings=False):
        problem = super().__new__(cls, text)
        problem.record = record
        problem.in_settings = in_settings
        return problem

    def of(self, label):
        """Return the same problem, said of one of several records."""
        return type(self)(f"{label}: {self}", self.record, self.in_settings)

    @classmethod
    def about(cls, record, texts):
        """Return the sentences as problems of a record, unless they name another."""
        return [
            text if isinstance(text, cls) and text.record else cls(text, record)
            for text in texts
        ]


class SriProblems(UserError):
    """All problems at once; the web client opens a list with a link to each.

    On the server it is a ``UserError`` like any other. The arguments are those of
    ``odoo.exceptions.RedirectWarning``, whose dialog shows it (``sri_problems.js``).
    """

    def __init__(self, message, records, button):
        super().__init__(message)
        context = {"o2c_check_model": records._name, "o2c_check_ids": records.ids}
        action = "o2c_sri_einvoice.o2c_sri_check_action"
        self.args = (message, action, button, context)

    def __str__(self):
        return self.args[0]
