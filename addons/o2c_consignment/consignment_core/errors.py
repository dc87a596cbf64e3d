"""What the rules refuse."""


class ConsignmentError(ValueError):
    """A rule of the agreement is broken."""


class MissingPrice(ConsignmentError):
    """The agreement has no cost for these goods on this day."""
