"""Rules of the order gate: plain Python, no Odoo import, no clock, no database."""

from .chain import GENESIS, Break, Link, link_digest, verify
from .content import Content, canonical, is_reduction
from .coverage import Acceptance, answerable, standing, uncovered
from .finding import Finding
from .steps import Step, current_level, plan
from .voices import Voice, count, voice_for

__all__ = [
    "GENESIS",
    "Acceptance",
    "Break",
    "Content",
    "Finding",
    "Link",
    "Step",
    "Voice",
    "answerable",
    "canonical",
    "count",
    "current_level",
    "is_reduction",
    "link_digest",
    "plan",
    "standing",
    "uncovered",
    "verify",
    "voice_for",
]
