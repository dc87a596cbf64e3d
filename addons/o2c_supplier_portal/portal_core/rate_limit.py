"""How many calls a key may make: a bucket that refills steadily."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Token buckets by name, in the memory of one process.

    Each process of the server has its own, so the limit that holds for a whole
    installation is at most this one times its workers. The clock is an argument.
    """

    def __init__(self, capacity: int = 10_000):
        self._buckets: OrderedDict[object, _Bucket] = OrderedDict()
        self._capacity = capacity
        self._lock = threading.Lock()

    def take(self, name, *, per_minute: int, now: float) -> float:
        """Take one call from a bucket.

        :param per_minute: calls allowed in a minute; also the size of a burst
        :param now: monotonic seconds
        :return: 0 when the call may go ahead, else seconds until the next may
        """
        rate = per_minute / 60
        with self._lock:
            bucket = self._buckets.get(name)
            if bucket is None:
                bucket = self._buckets[name] = _Bucket(per_minute, now)
            self._buckets.move_to_end(name)
            # forgetting the least used keeps memory bounded; he starts full again
            while len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
            passed = max(0.0, now - bucket.at)
            bucket.tokens = min(per_minute, bucket.tokens + passed * rate)
            bucket.at = now
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            return (1 - bucket.tokens) / rate

    def clear(self) -> None:
        """Forget every bucket."""
        with self._lock:
            self._buckets.clear()
