"""A SOAP server that behaves like the SRI's offline scheme, for tests and demos."""

from .faults import Fault
from .settings import Settings
from .simulator import SriSimulator

__all__ = ["Fault", "Settings", "SriSimulator"]
