"""`make shuffled`: the tests in random orders, each in a different time zone and locale.

A test that depends on another test, on the user's clock or language, or on the order of a set,
fails here sooner or later. ``pytest -p randomly --randomly-seed=N`` repeats order N.
"""

import locale
import os
import re
import subprocess
import sys
import time
from collections import Counter

ORDERS = int(os.environ.get("ORDERS", "20"))
ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Tehran")
LOCALES = ("C.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8", "ar_EG.UTF-8", "C")


def is_installed(name: str) -> bool:
    """Whether the system has a locale; a missing one is silently treated as C."""
    before = locale.setlocale(locale.LC_COLLATE)
    try:
        locale.setlocale(locale.LC_COLLATE, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_COLLATE, before)
    return True


def main() -> None:
    """Run the named tests, or all, in several orders and report which failed in which."""
    locales = [name for name in LOCALES if is_installed(name)]
    if absent := sorted(set(LOCALES) - set(locales)):
        print(f"not installed, so skipped: {', '.join(absent)}")
    failed: Counter[str] = Counter()
    ends: Counter[int] = Counter()
    for seed in range(1, ORDERS + 1):
        zone, language = ZONES[seed % len(ZONES)], locales[seed % len(locales)]
        start = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "randomly",
             f"--randomly-seed={seed}", *sys.argv[1:]],
            env={**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": "random"},
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        names = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
        failed.update(names)
        ends[done.returncode] += 1
        (last,) = done.stdout.splitlines()[-1:] or [done.stderr[-200:]]
        print(f"order {seed}, {zone}, {language}: {last.strip('= ')} ({time.monotonic() - start:.0f} s)", flush=True)  # fmt: skip
        print(*(f"  {name}" for name in names), sep="\n", end="\n" if names else "", flush=True)
    print(f"{ORDERS} orders, {ends[0]} without a failure; {len(failed)} tests failed in some")
    raise SystemExit(ends[0] != ORDERS)


if __name__ == "__main__":
    main()
