"""Run all benchmarks: ``python -m comparisons.speed``, or one part: ``python -m comparisons.speed beside``."""

import importlib
import signal
import sys

ALL = ("startup", "beside", "truth", "formats", "tables", "stream", "check", "report")

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # runs the clean-up that stops the server

for name in sys.argv[1:2] or ALL:
    print(f"# {name}")
    importlib.import_module(f"comparisons.speed.{name}").main()
