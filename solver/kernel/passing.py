"""The model handed to C: `model` of the kernel's header, and the arrays it points into kept alive."""

from __future__ import annotations

import ctypes

import numpy as np

from solver.kernel.arrays import DIMENSIONS, TABLES, Arrays


class ModelStruct(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in Arrays._fields),
        *((f"{axis}_n", ctypes.c_int64) for axis in DIMENSIONS),
    )


class CModel:
    """The arrays as C sees them; keep it as long as anything made of it. Raises: ValueError, for arrays that
    do not fit each other."""

    def __init__(self, arrays: Arrays) -> None:
        self._kept = {
            name: np.ascontiguousarray(getattr(arrays, name), dtype) for name, (dtype, _) in TABLES.items()
        }
        self.struct = ModelStruct()
        for name, array in self._kept.items():
            setattr(self.struct, name, array.ctypes.data)
        for axis, size in _sizes(arrays).items():
            setattr(self.struct, f"{axis}_n", size)


def _sizes(arrays: Arrays) -> dict[str, int]:
    """How many there are of what axes count."""
    sizes: dict[str, int] = {}
    for name, (_, axes) in TABLES.items():
        shape = np.shape(getattr(arrays, name))
        if len(shape) != len(axes):
            raise ValueError(f"{name} has {len(shape)} axes instead of {axes}")
        for axis, size in zip(axes, shape, strict=True):
            if axis and sizes.setdefault(axis, size) != size:
                raise ValueError(f"{name} counts {size} {axis} where other arrays count {sizes[axis]}")
    return sizes
