from . import (
    test_concurrency,
    test_exposure,
    test_gate,
    test_hold,
    test_indicators,
    test_limit,
    test_performance,
    test_portal,
    test_promise,
    test_reminder,
    test_security,
    test_tour,
)
