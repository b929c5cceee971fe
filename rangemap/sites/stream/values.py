"""Columns of numbers: fast conversion if the rules would agree, else left to the rules."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# Everything that these match, the rules accept as the same number.
PLAIN_DEGREES: Final = r"^-?[0-9]{1,3}(\.[0-9]{1,16})?$"
PLAIN_NUMBER: Final = r"^[+-]?([0-9]{1,17}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


def to_number(value: Any) -> float:
    """Return a value as a finite number, or NaN."""
    if isinstance(value, str):
        return float(value) if re.fullmatch(PLAIN_NUMBER, value, re.ASCII) else math.nan
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan


def read_numbers(array: Any, pattern: str) -> NDArray[np.float64]:
    """Return a column as numbers; those left to the rules are NaN. The array may be read-only."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array.type, pa.DictionaryType):
        array = array.cast(array.type.value_type)
    array = supported_column(array)
    kind = array.type
    if pa.types.is_float64(kind) and not array.null_count:
        plain: NDArray[np.float64] = array.to_numpy()  # without a copy
        return plain
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        array = pc.if_else(pc.match_substring_regex(array, pattern), array, None)
        array = pc.utf8_ltrim(array, "+").cast(pa.float64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        array = array.cast(pa.float64(), safe=False)
    else:
        array = pa.nulls(len(array), pa.float64())
    return np.asarray(array.fill_null(np.nan).to_numpy(zero_copy_only=False))


def supported_column(column: Any) -> Any:
    """Return a column in a type that every operation supports."""
    import pyarrow as pa

    return column.cast(pa.string()) if pa.types.is_string_view(column.type) else column
