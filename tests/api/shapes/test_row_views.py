"""What is said of a row is cheap to say."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from api.shapes.row_views import enveloped

ROW = SimpleNamespace(id="V1", version=1, changed_at=datetime(2026, 3, 9, tzinfo=UTC))


def test_the_model_of_an_envelope_is_made_once() -> None:
    """Pydantic keeps that of a generic only as long as somebody holds it."""
    made: weakref.ref[Any] = weakref.ref(type(enveloped(ROW, {"id": "V1"})))
    gc.collect()
    assert made() is type(enveloped(ROW, {"id": "V2"}))
