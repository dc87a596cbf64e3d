from . import o2c_sri_monitor
