import logging
import os
import random
import re
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from ..models.legal_time import legal_today
from .common import ConsignmentCommon

_logger = logging.getLogger(__name__)

# A world of its own, so that a sequence plays the same on any day.
FIRST_MOMENT = "2026-03-02 15:00:00"
RATES = {"2020-01-01": 0.5, "2026-03-12": 0.4}


class Refused(Exception):
    """Something was refused, as it should be."""


class RandomBusiness(ConsignmentCommon):
    """Operations in any order: what always holds is checked after each.

    An operation says what it did, or nothing where it could not do anything, and names
    the refusals that are right; any other is a failure. What is refused leaves nothing
    behind. ``operations`` has each with its weight; ``_begin`` is what is there before.
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        cls.clock = cls.enterClassContext(freeze_time(FIRST_MOMENT))
        super().setUpClass()

    def _play_all(self, seeds, steps):
        """Play some sequences; ``O2C_PLAY=4,5:60`` asks for others.

        :return: how often each operation was done
        :rtype: Counter
        """
        asked = os.environ.get("O2C_PLAY")
        if asked:
            seeds, steps = asked.split(":")
            seeds, steps = map(int, seeds.split(",")), int(steps)
        done = Counter()
        for seed in seeds:
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                done += self._play(seed, steps)
                savepoint.rollback()
        return done

    def _play(self, seed, steps):
        """Do things at random; what was done least comes first more often.

        :return: how often each was done
        :rtype: Counter
        """
        self.clock.move_to(FIRST_MOMENT)
        self.dice = random.Random(seed)
        self.story = []
        self._begin()
        done = Counter()
        for step in range(steps):
            self._go_on()
            try:
                name = self._do_something(done)
                self._check()
            except (UserError, AssertionError) as error:
                raise AssertionError(self._tell(seed, step, error)) from error
            done[name] += 1
        _logger.info("%s", self._tell(seed, steps, "Played"))
        return done

    def _do_something(self, done):
        """Try operations until one can be done or is rightly refused.

        :return: its name
        """
        chances = [
            (done[operation.__name__] / weight + self.dice.random(), number)
            for number, (operation, weight) in enumerate(self.operations)
        ]
        for _chance, number in sorted(chances):
            operation = self.operations[number][0]
            name = operation.__name__.removeprefix("_do_")
            self.story.append(f"{legal_today()} {name} …")
            try:
                said = operation()
            except Refused as refused:
                said = f"was refused: {refused}"
                name = f"{name} refused"
            if said:
                self.story[-1] = f"{legal_today()} {name}: {said}"
                return operation.__name__
            self.story.pop()
        raise AssertionError("nothing can be done any more")

    def _attempt(self, act, must=None, may=None):
        """Do it, or see it refused.

        :param act: called without arguments
        :param str must: part of the message by which it has to be refused
        :param str may: part of the message by which it can be refused
        :raises Refused: for whoever plays
        """
        try:
            with self.env.cr.savepoint():
                result = act()
                self.env.flush_all()
        except UserError as error:
            expected = must or may
            if not expected or not re.search(expected, str(error)):
                raise
            self.env.invalidate_all()
            raise Refused(str(error).splitlines()[0]) from error
        self.assertFalse(must, "should have been refused")
        return result

    def _go_on(self, days=0):
        """Let days go by, and a minute: what comes later has a later date."""
        self.clock.tick(timedelta(days=days, minutes=1))
        self.__class__.today = legal_today()

    def _tell(self, seed, step, error):
        return "\n".join(
            [
                str(error),
                f"Seed {seed}, step {step}. To see it again: "
                f"O2C_PLAY={seed}:{step + 1} ./o2c test o2c_consignment:TestInvariants",
                *(f"{number:3} {line}" for number, line in enumerate(self.story)),
            ]
        )

    def _pick(self, records):
        """One of them by chance, or none where there is none."""
        return self.dice.choice(records) if records else records


class InvariantsCommon(RandomBusiness):
    """Three consignors, three products, two places: books and quantities reconcile.

    ===========  ========  =========  ========  ===========================  ==========
    consignor    currency  loss       issued    billed by                    later cost
    ===========  ========  =========  ========  ===========================  ==========
    Andino       USD       we         after us  invoice, settled weekly      we ask
    Costa        USD       consignor  before    liquidation, where there is  passed on
    París        EUR       we         after us  invoice                      absorbed
    ===========  ========  =========  ========  ===========================  ==========

    Blenders are valued by FIFO, yogurt by average, with lots that expire, and irons at
    60; the first two perpetually. We own some of each.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whoever delivers goods past their date is asked whether he means it
        cls.env = cls.env(context={**cls.env.context, "skip_expired": True})
        cls._create_world()
        cls.shelf = cls.stock.copy({"name": "Percha", "location_id": cls.stock.id})
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    @classmethod
    def _create_world(cls):
        cls.blender = cls._product(category=cls._category("fifo", "real_time"))
        cls.yogurt = cls._product(
            "Yogur",
            category=cls._category("average", "real_time"),
            tracking="lot",
            use_expiration_date=True,
        )
        cls.iron = cls._product("Plancha", standard_price=60)
        cls.products = cls.blender | cls.yogurt | cls.iron
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.eur.id,
                    "company_id": cls.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in RATES.items()
            ]
        )
        cls.paris = cls._partner("Consignante París")
        cls.consignors = cls.consignor | cls.other_consignor | cls.paris
        cls._agree_with_all()

    @classmethod
    def _agree_with_all(cls):
        percent = {"price_kind": "percent", "value": 70}
        cls.prices = {
            cls.consignor: {cls.blender: 50, cls.yogurt: 20.05},
            cls.other_consignor: {cls.blender: 47.35, cls.iron: percent},
            cls.paris: {cls.iron: 19.99, cls.yogurt: 11},
        }
        cls._agree(
            cls.consignor,
            cls.prices[cls.consignor],
            settlement_calendar="weekly",
            expiry_bearer="consignor",
            cost_change_policy="ask",
        )
        has_liquidations = cls.company.chart_template == "ec"
        cls._agree(
            cls.other_consignor,
            cls.prices[cls.other_consignor],
            settlement_calendar="manual",
            loss_bearer="consignor",
            issue_order="consigned_first",
            cost_change_policy="pass_on",
            billing_document="liquidation" if has_liquidations else "bill",
        )
        cls._agree(
            cls.paris,
            cls.prices[cls.paris],
            currency_id=cls.eur.id,
            settlement_calendar="manual",
            cost_change_policy="absorb",
            own_tolerance=True,
            bill_tolerance=0.5,
        )
