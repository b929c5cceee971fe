"""Run what the page shows: ``python -m benchmarks``, or a part: ``python -m benchmarks beside``."""

import importlib
import signal
import sys

ALL = ("startup", "beside", "truth", "stream", "check", "report")

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left running

for name in sys.argv[1:2] or ALL:
    print(f"# {name}")
    importlib.import_module(f"benchmarks.{name}").main()
