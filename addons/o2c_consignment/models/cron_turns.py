"""How a cron works through records: one at a time, so that one stops no other."""

from odoo.exceptions import LockError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

LATER = (LockError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)


def take_turns(waiting, work, tell):
    """Do the work of each record, committed one by one.

    A record that somebody else holds is not counted as done, so that the cron comes
    again for it; one that fails is told to people and counted, or the cron would run in
    vain until tomorrow.

    :param waiting: records to work on
    :param work: called with a record that is locked
    :param tell: called with a record and the exception that took its work back
    """
    cron = waiting.env["ir.cron"]
    cron._commit_progress(remaining=len(waiting))
    for record in waiting:
        done = _take_turn(record, work, tell)
        if not cron._commit_progress(int(done)):
            break


def _take_turn(record, work, tell):
    """Whether a record needs no more turn in this run."""
    try:
        with record.env.cr.savepoint():
            # deliveries refer to agreements and settlements: they must not hold them
            locked = record.try_lock_for_update(allow_referencing=True)
            if locked:
                work(locked)
            return bool(locked)
    except LATER:
        return False
    except Exception as error:  # noqa: BLE001 - whatever it is, people are told
        tell(record, error)
        return True
