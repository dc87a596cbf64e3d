"""`python -m bench.script [--describe] MEASURE`: what a measure is, or its figures.

A measure with a `CASE` is played by the tool in two sessions; any other has a `run()`
that returns a list of dicts `name, value, unit, baseline, ratio, n`. The answer is the
last line of the output, as JSON.
"""

import importlib
import json
import sys


def describe(module):
    if not hasattr(module, "CASE"):
        return {}
    case = module.CASE
    return {
        "sides": case.sides,
        "repetitions": case.repetitions,
        "warm_up": case.warm_up,
        "rate": case.rate,
    }


def main(arguments):
    module = importlib.import_module(f"bench.measures.{arguments[-1]}")
    answer = describe(module) if "--describe" in arguments else module.run()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
