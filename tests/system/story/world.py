"""What the steps share: the people, the records made so far, and what was checked."""

import time
from contextlib import contextmanager
from pathlib import Path

from ..client import Person, Refused

PASSWORD = "o2c-demo"


class CheckFailed(Exception):
    """Something that a step verifies is not so."""


class Records(dict):
    """What the steps made so far, by name."""

    def __missing__(self, name):
        raise CheckFailed(f"It needs what an earlier step did not make: {name}.")


class World:
    """People and records of one run of the story.

    :param addresses: of Odoo's hosts
    :param str database: name of the database
    :param str simulator: address of the SRI simulator
    :param str mail: folder into which the mail server delivers
    """

    def __init__(self, addresses, database, simulator, mail):
        self.addresses = addresses
        self.database = database
        self.simulator = simulator
        self.mail = Path(mail)
        self.people = {}
        self.checks = []
        self.records = Records()

    def person(self, login):
        if login not in self.people:
            password = "admin" if login == "admin" else PASSWORD
            self.people[login] = Person(self.addresses, self.database, login, password)
        return self.people[login]

    def ref(self, xmlid):
        """Database id of a record of the demo data, by its external id."""
        if xmlid not in self.records:
            module, _, name = xmlid.rpartition(".")
            found = self.one(
                "admin",
                "ir.model.data",
                [("module", "=", module or "o2c_demo"), ("name", "=", name)],
                ["res_id"],
            )
            self.records[xmlid] = found["res_id"]
        return self.records[xmlid]

    def one(self, login, model, domain, fields=("id",), **options):
        """The only record that a person finds, or the first with `limit=1`."""
        found = self.person(login).search(model, domain, fields, **options)
        if len(found) != 1:
            count = len(found) or "nothing"
            raise CheckFailed(f"One {model} with {domain}: {login} found {count}.")
        return found[0]

    def check(self, text, condition):
        """Verify something and remember it as a line of the report."""
        if not condition:
            raise CheckFailed(text)
        self.checks.append(text)

    def equal(self, text, found, expected, *, places=2):
        shown = found
        if isinstance(expected, float):
            same = abs(found - expected) < 0.5 * 10**-places
            shown = f"{found:.{places}f}"
        else:
            same = found == expected
        self.check(f"{text}: {shown}", same or self._fail(text, found, expected))

    def _fail(self, text, found, expected):
        raise CheckFailed(f"{text}: expected {expected}, found {found}")

    def wait_for(self, text, look, *, seconds=120):
        """Wait until something becomes true, then count it as verified.

        :param look: function that returns something true when it is so
        """
        deadline = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > deadline:
                raise CheckFailed(f"{text}: not within {seconds} s")
            time.sleep(0.3)
        self.checks.append(text)
        return found

    @contextmanager
    def refused(self, text, word, *more):
        """The block must be refused by the server, with these words in the reason."""
        try:
            yield
        except Refused as refusal:
            said = str(refusal).lower()
            missing = [w for w in (word, *more) if w.lower() not in said]
            if missing:
                raise CheckFailed(
                    f"{text}: refused, but without {missing}: {refusal}"
                ) from refusal
            self.checks.append(f"{text}: {_first_line(refusal)}")
        else:
            raise CheckFailed(f"{text}: it was allowed")


def _first_line(refusal):
    lines = [x.strip() for x in str(refusal).splitlines() if x.strip()]
    return " ".join(lines[:2])[:150]
