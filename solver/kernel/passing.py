"""The model handed to C: `struct model`, and the arrays it points into kept alive."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import Arrays
from solver.kernel.build import numpy_type


def _model_fields() -> list[tuple[str, type[ctypes.c_void_p] | type[ctypes.c_int64]]]:
    """`struct model` of columns.h, field by field."""
    fields: list[tuple[str, type[ctypes.c_void_p] | type[ctypes.c_int64]]] = []
    for name in Arrays._fields:
        fields.append((name, ctypes.c_void_p))
        fields += [(f"{name}_{part}", ctypes.c_int64) for part in ("n", "d1", "d2")]
    return fields


class _ModelStruct(ctypes.Structure):
    _fields_ = _model_fields()


class CModel:
    """The arrays as C sees them; keep it as long as anything made of it."""

    def __init__(self, arrays: Arrays) -> None:
        self._kept = {
            name: np.ascontiguousarray(getattr(arrays, name), numpy_type(name)) for name in Arrays._fields
        }
        self._struct = _ModelStruct()
        for name, array in self._kept.items():
            setattr(self._struct, name, array.ctypes.data)
            for part, size in zip(("n", "d1", "d2"), (*array.shape, 0, 0), strict=False):
                setattr(self._struct, f"{name}_{part}", size)

    @property
    def pointer(self) -> Any:
        """For a C parameter `const model *`."""
        return ctypes.byref(self._struct)


def pointer(array: NDArray[np.generic]) -> ctypes.c_void_p:
    """Of an array that somebody else holds until the call has come back: it keeps none alive."""
    return ctypes.c_void_p(array.ctypes.data)
