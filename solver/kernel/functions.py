"""Every function of the library: told once, for `ctypes` as argument types and for C as a prototype.

The compiler holds the definitions against the prototypes, `ctypes` each call against the argument types: an
array of another dtype, one with gaps, or a handle of another kind never reaches C.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from solver.kernel.passing import ModelStruct
from solver.kernel.structs import FACTS, MEASURES, PLACE, POOLED, RECORDS, SPOT


class Parameter(Protocol):
    """How an argument is told to C."""

    @property
    def c_type(self) -> str: ...

    @property
    def argtype(self) -> Any:
        """For `argtypes`."""


@dataclass(frozen=True, slots=True)
class ScalarParameter:
    """A number, or a pointer that only the kernel reads."""

    c_type: str
    argtype: Any


@dataclass(frozen=True)
class ArrayParameter:
    """The first element of an array; `is_changed` where C writes into it, `may_be_none` for NULL."""

    dtype: np.dtype[Any]
    is_changed: bool = False
    may_be_none: bool = False

    @property
    def c_type(self) -> str:
        return ("" if self.is_changed else "const ") + c_name(self.dtype) + " *"

    @property
    def argtype(self) -> ArrayParameter:
        return self

    def from_param(self, array: NDArray[Any] | None) -> ctypes.c_void_p | None:
        """What `ctypes` asks at each call; the caller holds the array until the call has come back. Raises:
        TypeError."""
        # `np.ctypeslib.ndpointer` says the same but takes twice as long, as long as a short call itself.
        if array is None and self.may_be_none:
            return None
        if not isinstance(array, np.ndarray) or (array.dtype is not self.dtype and array.dtype != self.dtype):
            raise TypeError(f"an array of {self.dtype} is wanted, not {getattr(array, 'dtype', array)}")
        flags = array.flags
        if not flags.c_contiguous or (self.is_changed and not flags.writeable):
            raise TypeError("an array without gaps is wanted, writable where the kernel answers in it")
        return ctypes.c_void_p(array.ctypes.data)


class SearchHandle(ctypes.c_void_p):
    """`handle *` of model.h."""


class PricerHandle(ctypes.c_void_p):
    """`pricer *` of pricing/pricing.c."""


def reads(dtype: DTypeLike, *, may_be_none: bool = False) -> ArrayParameter:
    return ArrayParameter(np.dtype(dtype), may_be_none=may_be_none)


def writes(dtype: DTypeLike) -> ArrayParameter:
    return ArrayParameter(np.dtype(dtype), is_changed=True)


def c_name(dtype: np.dtype[Any]) -> str:
    """The C type of one element."""
    known = next((name for name, known in RECORDS.items() if known is dtype), None)
    return f"struct {known}" if known else {"float64": "double"}.get(dtype.name, f"{dtype.name}_t")


INT64, UINT64 = ScalarParameter("int64_t", ctypes.c_int64), ScalarParameter("uint64_t", ctypes.c_uint64)
DOUBLE, BOOL, ENUM = (
    ScalarParameter("double", ctypes.c_double),
    ScalarParameter("bool", ctypes.c_bool),
    ScalarParameter("int", ctypes.c_int),
)
MODEL = ScalarParameter("const model *", ctypes.POINTER(ModelStruct))
SEARCH, STILL_SEARCH = (
    ScalarParameter("handle *", SearchHandle),
    ScalarParameter("const handle *", SearchHandle),
)
PRICER = ScalarParameter("pricer *", PricerHandle)
VISITS, COUNTS = reads(np.int32), reads(np.int64)
"""Routes are rows of 32-bit visits."""


@dataclass(frozen=True, slots=True)
class Function:
    """`returns` None: nothing."""

    returns: ScalarParameter | None
    parameters: dict[str, Parameter]

    def prototype(self, name: str) -> str:
        kinds = (f"{kind.c_type} {said}".replace("* ", "*") for said, kind in self.parameters.items())
        answer = f"{self.returns.c_type if self.returns else 'void'} {name}".replace("* ", "*")
        return f"{answer}({', '.join(kinds)});"


def _function(returns: ScalarParameter | None, /, **parameters: Parameter) -> Function:
    return Function(returns, parameters)


FUNCTIONS: dict[str, Function] = {
    # -- a search ------------------------------------------------------------------------------------------
    "search_new": _function(SEARCH, m=MODEL, random_seed=UINT64),
    "search_free": _function(None, h=SEARCH),
    "search_load": _function(
        BOOL, h=SEARCH, order=VISITS, count=COUNTS, width=INT64, starts=reads(np.int64, may_be_none=True)
    ),
    "search_routes": _function(
        None,
        h=SEARCH,
        rows=INT64,
        tours=reads(np.int64),
        routes=VISITS,
        counts=COUNTS,
        width=INT64,
        holds=writes(np.uint8),
        early=writes(np.int64),
        late=writes(np.int64),
    ),
    "search_pairs": _function(
        None,
        h=SEARCH,
        tours=reads(np.int64),
        rows=COUNTS,
        ones=VISITS,
        one_counts=COUNTS,
        others=VISITS,
        other_counts=COUNTS,
        width=INT64,
        holds=writes(np.uint8),
    ),
    "search_guide": _function(None, h=SEARCH, guide=reads(np.int64)),
    "search_construct": _function(None, h=SEARCH),
    "search_complete": _function(INT64, h=SEARCH),
    "search_enumerate": _function(
        INT64, h=SEARCH, ticks=reads(np.int32), roads=reads(np.int64), sequence=reads(np.int64), nodes=INT64
    ),
    "search_anneal": _function(
        None, h=SEARCH, iterations=INT64, hot=DOUBLE, cold=DOUBLE, done=DOUBLE, goal=DOUBLE
    ),
    "search_reset_best": _function(None, h=SEARCH),
    # -- what it found -------------------------------------------------------------------------------------
    "search_plan": _function(
        None, h=STILL_SEARCH, best=BOOL, order=writes(np.int32), count=writes(np.int64), width=INT64
    ),
    "search_facts": _function(None, h=STILL_SEARCH, found=writes(FACTS)),
    "search_pool": _function(
        INT64, h=STILL_SEARCH, order=writes(np.int32), heads=writes(POOLED), width=INT64, most=INT64
    ),
    "search_measures": _function(None, h=STILL_SEARCH, tour=INT64, measures=writes(MEASURES)),
    "search_starts": _function(None, h=STILL_SEARCH, starts=writes(np.int64)),
    "search_spans": _function(None, h=STILL_SEARCH, early=writes(np.int64), late=writes(np.int64)),
    # -- questions about one visit -------------------------------------------------------------------------
    "search_try": _function(BOOL, h=SEARCH, visit=INT64, tour=INT64, position=INT64, change=writes(np.int64)),
    "search_place": _function(
        None,
        h=SEARCH,
        visit=INT64,
        low=INT64,
        high=INT64,
        without=reads(np.int64),
        size=INT64,
        first=reads(SPOT),
        anyway=BOOL,
        found=writes(PLACE),
    ),
    "search_leaving": _function(
        BOOL,
        h=SEARCH,
        visit=INT64,
        tour=INT64,
        rows=reads(np.int64),
        ends=reads(np.int64),
        n=INT64,
        own=INT64,
        gone=writes(np.int64),
        goes=writes(np.int64),
    ),
    # -- pricing and the master problem --------------------------------------------------------------------
    "pricer_new": _function(PRICER, m=MODEL, shortest=reads(np.int32), capacity=INT64),
    "pricer_free": _function(None, p=PRICER),
    "pricer_cut": _function(None, p=PRICER, cuts=INT64, visits=reads(np.int32), price=reads(np.int64)),
    "price_tour": _function(
        INT64,
        p=PRICER,
        tour=INT64,
        dual=reads(np.int64),
        sigma=INT64,
        mode=ENUM,
        grain=INT64,
        most=INT64,
        below=INT64,
        best=writes(np.int64),
        width_out=INT64,
        routes=writes(np.int32),
        lengths=writes(np.int64),
    ),
    "route_cost": _function(INT64, m=MODEL, tour=INT64, route=VISITS, length=INT64, legs=BOOL),
    "shortest_travel": _function(None, travel=writes(np.int32), n=INT64, stride=INT64),
    "normal_matrix": _function(
        None,
        columns=INT64,
        start=reads(np.int64),
        rows=reads(np.int32),
        weight=reads(np.float64),
        diagonal=reads(np.float64),
        size=INT64,
        out=writes(np.float64),
    ),
}
