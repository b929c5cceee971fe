"""Run what the page shows: ``python -m benchmarks``, or a part: ``python -m benchmarks beside``."""

import importlib
import sys

ALL = ("startup", "beside", "truth", "stream", "check", "report")

for name in sys.argv[1:2] or ALL:
    print(f"# {name}")
    importlib.import_module(f"benchmarks.{name}").main()
