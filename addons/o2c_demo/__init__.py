from .builder import build_demo
