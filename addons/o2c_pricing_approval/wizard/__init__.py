from . import o2c_pricing_decide
from . import o2c_pricing_simulator
