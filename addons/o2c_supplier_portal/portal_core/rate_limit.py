"""How many calls a user's programs may make in a minute, over all processes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60
# A process takes calls from the shared count in lots, so that most calls ask nobody.
LOTS = 30


@dataclass(slots=True)
class _Lot:
    minute: int
    left: int


class RateLimiter:
    """Calls of the current minute by name: lots in memory, the count elsewhere.

    What a process took and did not use is lost when the minute ends: at most a
    thirtieth of the limit for each. Lots drawn in the very same instant do not see each
    other, so that the limit may be exceeded by as much.
    """

    def __init__(self, capacity: int = 10_000):
        self._lots: OrderedDict[object, _Lot] = OrderedDict()
        self._capacity = capacity
        self._lock = threading.Lock()

    def take(
        self, name, *, per_minute: int, now: float, draw: Callable[[int, int], int]
    ) -> float:
        """Take one call.

        :param per_minute: calls allowed in a minute
        :param now: seconds of the clock that all processes share
        :param draw: adds calls to the shared count of a minute, and returns that count
        :return: 0 when the call may go ahead, else seconds until the next may
        """
        minute = int(now // MINUTE)
        wait = (minute + 1) * MINUTE - now
        with self._lock:
            lot = self._lots.get(name)
            if lot and lot.minute == minute:
                return self._use(lot, wait)
        size = max(1, per_minute // LOTS)
        used = draw(minute, size)
        with self._lock:
            lot = _Lot(minute, max(0, min(size, per_minute - used + size)))
            # an empty lot that ends a minute's calls is kept: nobody is asked again
            self._lots[name] = lot
            self._lots.move_to_end(name)
            while len(self._lots) > self._capacity:
                self._lots.popitem(last=False)
            return self._use(lot, wait)

    @staticmethod
    def _use(lot: _Lot, wait: float) -> float:
        if lot.left == 0:
            return wait
        lot.left -= 1
        if lot.left == 0:
            # used up: the next call draws another lot
            lot.minute = -1
        return 0.0

    def clear(self) -> None:
        """Forget every lot."""
        with self._lock:
            self._lots.clear()
