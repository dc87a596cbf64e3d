from . import o2c_pricing_simulator
