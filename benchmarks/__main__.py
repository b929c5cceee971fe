"""Run every benchmark: ``python -m benchmarks``, or those named: ``python -m benchmarks rings``."""

import importlib
import pkgutil
import sys

import benchmarks

names = sys.argv[1:] or sorted(
    module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"
)
for name in names:
    print(f"# {name}")
    importlib.import_module(f"benchmarks.{name}").main()
