"""Command line: ``python -m sri_simulator --port 0 --state DIR``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import threading
from pathlib import Path

from .faults import Fault, InvalidFault
from .settings import InvalidSettings, Settings
from .simulator import PortTaken, SriSimulator
from .store import StoreUnusable


class Unusable(Exception):
    """What was asked on the command line cannot be done; says what to change."""


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sri_simulator", description="A local server that behaves like the SRI."
    )
    parser.add_argument("--port", type=int, default=8980, help="0 takes any free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--state", help="folder of the register, a new temporary one by default"
    )
    parser.add_argument("--latency", type=float, metavar="MS", dest="latency_ms")
    parser.add_argument("--processing-seconds", type=float, metavar="S")
    parser.add_argument("--processing-queries", type=int, metavar="N")
    parser.add_argument("--date-tolerance-days", type=int, metavar="N")
    parser.add_argument("--hold-seconds", type=float, metavar="S")
    parser.add_argument("--allow-sha256", action="store_true", default=None)
    parser.add_argument("--comprobante-wrapping", choices=("escaped", "cdata"))
    parser.add_argument("--xsd", help="folder of the official XSDs")
    parser.add_argument("--config", help="JSON file with settings (see README.md)")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="JSON", help="repeatable"
    )
    return parser.parse_args(argv)


def _settings(args: argparse.Namespace) -> Settings:
    settings = Settings()
    if args.config:
        try:
            values = json.loads(Path(args.config).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unusable(
                f"--config {args.config} is not readable: {error}"
            ) from error
        if not isinstance(values, dict):
            raise Unusable(f"--config {args.config} must hold one JSON object")
        settings.update(values)
    names = settings.as_dict()
    settings.update(
        {k: v for k, v in vars(args).items() if k in names and v is not None}
    )
    return settings


def _faults(texts: list[str]) -> list[Fault]:
    faults = []
    for text in texts:
        try:
            faults.append(Fault.from_dict(json.loads(text)))
        except ValueError as error:
            raise Unusable(f"--fault {text}: {error}") from error
    return faults


def _build(args: argparse.Namespace) -> SriSimulator:
    settings = _settings(args)
    faults = _faults(args.fault)
    args.state = args.state or tempfile.mkdtemp(prefix="sri-simulator-")
    simulator = SriSimulator(
        args.state, args.port, args.host, settings=settings, xsd=args.xsd
    )
    for fault in faults:
        simulator.faults.add(fault)
    return simulator


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM.

    :return: 0 after a clean stop, 1 when it could not start
    """
    args = _arguments(argv)
    try:
        simulator = _build(args)
    except (Unusable, InvalidFault, InvalidSettings, PortTaken, StoreUnusable) as error:
        print(f"The SRI simulator cannot start: {error}", file=sys.stderr)
        return 1
    except (OSError, OverflowError) as error:
        where = f"{args.host}:{args.port}"
        print(f"The SRI simulator cannot listen on {where}: {error}", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    with simulator:
        print(
            f"SRI simulator listening on {simulator.url} (state {args.state})",
            flush=True,
        )
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
