from . import o2c_gate_decide
