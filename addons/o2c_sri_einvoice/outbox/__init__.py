"""What happens between us and the SRI, without the ORM: fit for threads."""

from . import backoff, courier
