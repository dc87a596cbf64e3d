"""Certificates for the tests, around the date of the samples."""

from datetime import timedelta
from functools import cache

from sri_core import certificate
from sri_core.trial_certificate import Chain, pack
from unit.sri_core.samples import NOW, PASSWORD, RUC

START, END = NOW - timedelta(days=100), NOW + timedelta(days=600)
HOLDER = "JUAN NUÑEZ"


@cache
def chain() -> Chain:
    """Return one authority for all tests: keys take long to make."""
    return Chain(START - timedelta(days=400), END + timedelta(days=400))


@cache
def issued(start=START, end=END, tax_ids=(RUC[:10], RUC), signing=True):
    """Return key and certificate of a holder."""
    return chain().issue(HOLDER, start, end, tax_ids, signing)


def p12(*pair, others=None, password=PASSWORD, encryption=None) -> bytes:
    """Return a container with one pair and the authority's certificates."""
    key, cert = pair or issued()
    others = chain().certificates if others is None else others
    return pack(key, cert, others, password, encryption)


@cache
def credential() -> certificate.Credential:
    """Return the wholesaler's credential."""
    return certificate.load_p12(p12(), PASSWORD, NOW, ruc=RUC)
