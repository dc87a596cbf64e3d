"""Which summarised periods hold the rows of a page: against counting every row."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from portal_core.periods import DAY, MONTH, locate, month_end, spans

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def days_of(span):
    first, last = span.first or date(2023, 12, 1), span.last or date(2027, 1, 31)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


@given(st.none() | DAYS, st.none() | DAYS)
def test_spans_cover_each_day_once(first, last):
    found = spans(first, last)
    covered = [day for span in found for day in days_of(span)]
    assert len(covered) == len(set(covered))
    low, high = first or date(2023, 12, 1), last or date(2027, 1, 31)
    expected = {low + timedelta(days=n) for n in range((high - low).days + 1)}
    assert set(covered) == expected


@given(st.none() | DAYS, st.none() | DAYS)
def test_months_are_whole(first, last):
    for span in spans(first, last):
        if span.grain == MONTH:
            assert span.first is None or span.first.day == 1
            assert span.last is None or span.last == month_end(span.last)
        else:
            assert span.grain == DAY
            assert month_end(span.first) == month_end(span.last)


@given(
    st.lists(st.integers(0, 7), max_size=30),
    st.integers(0, 90),
    st.integers(1, 12),
)
def test_the_window_holds_the_page(counts, offset, size):
    newest = date(2026, 6, 30)
    periods = [(newest - timedelta(days=n), c) for n, c in enumerate(counts)]
    rows = [(day, n) for day, count in periods for n in range(count)]
    window = locate(periods, offset, size)
    page = rows[offset : offset + size]
    if not page:
        assert window is None
        return
    inside = [row for row in rows if window.oldest <= row[0] <= window.newest]
    assert inside[window.offset : window.offset + size] == page
    # and no more than it needs
    assert window.newest == page[0][0]
    assert window.oldest == page[-1][0]
