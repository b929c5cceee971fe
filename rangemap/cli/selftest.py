"""`rangemap selftest`: whether distances are right on this machine, here and now."""

import typer

from rangemap.errors import RangemapError


def selftest() -> None:
    """Compare geodesics with exact values, and say how far off the worst is.

    Example: rangemap selftest
    """
    import pyproj  # numpy and pyproj wait

    from rangemap.cli.tables import print_table
    from rangemap.geodesy import WGS84
    from rangemap.selftest import ALLOWED_NM, self_tests

    tests = self_tests()
    print_table(
        ("problem", "places", "geodesics", "worst_nm"),
        [(test.problem, test.group, test.count, round(test.worst_nm, 1)) for test in tests],
    )
    worst = max(tests, key=lambda test: test.worst_nm)
    typer.echo(
        f"\nWGS 84 (a = {WGS84.a:,.0f} m, 1/f = {1 / WGS84.f:.9f}), PROJ {pyproj.proj_version_str}"
    )
    off = f"worst error {worst.worst_nm:,.1f} nm, allowed {ALLOWED_NM:g} nm"
    if not worst.worst_nm <= ALLOWED_NM:
        raise RangemapError(
            f"{worst.where}: {off}; distances are not to be relied on: install pyproj again, or"
            " report this with what `rangemap version --full` prints"
        )
    typer.echo(f"{sum(test.count for test in tests):,} geodesics, {off}: right")
