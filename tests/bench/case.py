"""What a measure that compares two sides has to say."""


class Case:
    """One thing that a person waits for, done on two databases in turns.

    Only `act` is timed, and it is rolled back; `check` makes sure that it was the real
    thing.

    `divisor`: how many units `act` does; the figures are for one of them.
    `rate`: a unit like documents/s makes figures per second of milliseconds.
    `sides`: for each side the template (core, suite, demo) that its database copies, or
    `peer:` and names of other people's modules (see tools/o2c_cli/peers.py).
    `with_wholesaler`: whether `world.build` fills the database first.
    """

    divisor = 1
    rate = ""
    repetitions = 5
    warm_up = 2
    sides = {"value": "suite", "baseline": "core"}
    with_wholesaler = True

    def prepare(self, env, ids, side):
        """Make what stays between repetitions; committed.

        :param dict ids: what `world.build` returned, empty without wholesaler
        :param str side: value or baseline
        """

    def set_up(self, env, ids, side):
        """Make what one repetition needs.

        :return: what `act` and `check` get
        """
        raise NotImplementedError

    def act(self, subject):
        raise NotImplementedError

    def units(self, subject):
        """How many units `act` did, when that is seen only afterwards."""
        return self.divisor

    def check(self, subject):
        """Raise AssertionError when it was not the real thing."""
