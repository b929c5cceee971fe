"""Exact totals of a column, whatever the order of its values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def exact_totals(
    values: NDArray[np.float64], groups: NDArray[np.integer], n_groups: int
) -> list[int]:
    """Total values by group without rounding.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite values, fewer than 2**26.
    groups : ndarray of int, shape (n,)
        Group of each value, from 0.
    n_groups : int
        Number of groups.

    Returns
    -------
    list of int
        The total of each group in units of 2**-1074.

    Examples
    --------
    >>> from fractions import Fraction
    >>> (total,) = exact_totals(np.array([1e16, 1.0, -1e16]), np.zeros(3, int), 1)
    >>> Fraction(total, 2**1074)
    Fraction(1, 1)
    """
    totals = [0] * n_groups
    if not len(values):
        return totals
    mantissas, exponents = np.frexp(values)
    lowest = int(exponents.min())
    width = int(exponents.max()) - lowest + 1
    keys = groups.astype(np.intp) * width + (exponents - lowest)
    # Split 53 bits in two parts, so that sums of 2**26 of them are exact in 53 bits.
    high = np.trunc(np.ldexp(mantissas, 27))
    low = np.ldexp(np.ldexp(mantissas, 27) - high, 26)
    for half, bits in ((high, 27), (low, 53)):
        sums = np.bincount(keys, half, minlength=n_groups * width)
        for key in np.flatnonzero(sums):
            group, exponent = divmod(int(key), width)
            # The smallest denormal is 2**-1074, so no bit is lower.
            shift = 1074 + exponent + lowest - bits
            integer = int(sums[key])
            totals[group] += integer << shift if shift >= 0 else integer >> -shift
    return totals
