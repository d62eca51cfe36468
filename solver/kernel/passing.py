"""The model handed to C: `model` of the kernel's header, and the arrays it points into kept alive."""

from __future__ import annotations

import ctypes

import numpy as np

from solver.kernel.arrays import Arrays

_NARROW = {"pairs": np.uint8, "capped": np.uint8} | dict.fromkeys(
    ("travel", "near", "excess", "host_mix", "mix_join"), np.int32
)


def numpy_type(name: str) -> np.dtype[np.generic]:
    """What one element of the array `Arrays.name` is."""
    return np.dtype(_NARROW.get(name, np.int64))


def _model_fields() -> list[tuple[str, type[ctypes.c_void_p] | type[ctypes.c_int64]]]:
    """`model` of the kernel's header, field by field."""
    fields: list[tuple[str, type[ctypes.c_void_p] | type[ctypes.c_int64]]] = []
    for name in Arrays._fields:
        fields.append((name, ctypes.c_void_p))
        fields += [(f"{name}_{part}", ctypes.c_int64) for part in ("n", "d1", "d2")]
    return fields


class ModelStruct(ctypes.Structure):
    _fields_ = _model_fields()


class CModel:
    """The arrays as C sees them; keep it as long as anything made of it."""

    def __init__(self, arrays: Arrays) -> None:
        self._kept = {
            name: np.ascontiguousarray(getattr(arrays, name), numpy_type(name)) for name in Arrays._fields
        }
        self.struct = ModelStruct()
        for name, array in self._kept.items():
            setattr(self.struct, name, array.ctypes.data)
            for part, size in zip(("n", "d1", "d2"), (*array.shape, 0, 0), strict=False):
                setattr(self.struct, f"{name}_{part}", size)
