"""Run every benchmark: ``python -m benchmarks``, or one: ``python -m benchmarks rings``."""

import importlib
import sys

ALL = ("check", "stream", "startup", "rings", "beside", "report")

for name in sys.argv[1:2] or ALL:
    print(f"# {name}")
    importlib.import_module(f"benchmarks.{name}").main()
