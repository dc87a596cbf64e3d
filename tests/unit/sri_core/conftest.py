"""Credentials that the tests share."""

import pytest
from unit.sri_core import certs


@pytest.fixture(scope="session")
def chain():
    """A certification authority."""
    return certs.chain()


@pytest.fixture(scope="session")
def credential():
    """The wholesaler's certificate, ready to sign."""
    return certs.credential()
