"""`rangemap selftest`: whether distances are correct on this machine."""

import typer

from rangemap.errors import RangemapError


def selftest() -> None:
    """Check geodesics against exact values and report the worst error.

    Example: rangemap selftest
    """
    import pyproj  # numpy and pyproj are slow to import

    from rangemap.cli.tables import print_table
    from rangemap.diagnostics.selftest import ALLOWED_NM, self_tests
    from rangemap.geodesy import WGS84

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
            f"{worst.where}: {off}; distances are unreliable: reinstall pyproj, or report this with"
            " the output of `rangemap version --full`"
        )
    typer.echo(f"{sum(test.count for test in tests):,} geodesics, {off}: OK")
