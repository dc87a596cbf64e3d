"""The log shows every kind of tampering."""

from dataclasses import replace

import pytest
from gate_core import GENESIS, Link, link_digest, verify
from hypothesis import given
from hypothesis import strategies as st


def log(*contents):
    links, previous = [], GENESIS
    for number, content in enumerate(contents, 1):
        digest = link_digest(number, previous, content)
        links.append(Link(number + 100, number, previous, content, digest))
        previous = digest
    return links


def check(links, whole):
    return [
        (found.kind, found.sequence)
        for found in verify(
            links, head_sequence=len(whole), head_digest=whole[-1].digest
        )
    ]


CONTENTS = [{"reason": "a"}, {"reason": "b"}, {"reason": "c"}]


def test_intact():
    links = log(*CONTENTS)
    assert check(links, links) == []


def test_empty():
    assert list(verify([], head_sequence=0, head_digest=GENESIS)) == []


def test_changed_content():
    links = log(*CONTENTS)
    forged = [links[0], replace(links[1], content={"reason": "x"}), links[2]]
    assert check(forged, links) == [("changed", 2)]


def test_resealed_content_breaks_the_next_link():
    links = log(*CONTENTS)
    content = {"reason": "x"}
    digest = link_digest(2, links[1].previous, content)
    forged = [links[0], replace(links[1], content=content, digest=digest), links[2]]
    assert check(forged, links) == [("unlinked", 3)]


def test_removed_row():
    links = log(*CONTENTS)
    assert check([links[0], links[2]], links) == [("missing", 2)]


def test_cut_end():
    links = log(*CONTENTS)
    assert check(links[:2], links) == [("cut", 3)]
    assert check([], links) == [("cut", 3)]


def test_a_whole_new_log_does_not_end_where_the_old_one_did():
    links = log(*CONTENTS)
    forged = log({"reason": "x"}, *CONTENTS[1:])
    assert check(forged, links) == [("cut", 3)]


@given(
    st.lists(st.text(max_size=4), min_size=1, max_size=6),
    st.data(),
)
def test_any_change_of_one_content_shows(reasons, data):
    links = log(*({"reason": reason} for reason in reasons))
    index = data.draw(st.integers(0, len(links) - 1))
    other = data.draw(st.text(max_size=4).filter(lambda t: t != reasons[index]))
    forged = list(links)
    forged[index] = replace(forged[index], content={"reason": other})
    assert ("changed", index + 1) in check(forged, links)


@pytest.mark.parametrize("field", ["previous", "digest"])
def test_a_forged_seal_shows(field):
    links = log(*CONTENTS)
    links_forged = [links[0], replace(links[1], **{field: "f" * 64}), links[2]]
    assert check(links_forged, links)
