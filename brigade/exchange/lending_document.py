"""Agreements between basins, read; and what comes of them, as plain JSON values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brigade.changes.help.lending import LendingAgreement, ProposedLending
from brigade.exchange.documents.bridge import HorizonClock
from brigade.exchange.documents.json_text import decode, parse, read_bytes
from brigade.exchange.documents.problem_document import check_head
from brigade.exchange.documents.reasons import show_reasons
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.lending_shapes import LENDING_FORMAT, LENDING_VERSION, LendingDocument
from brigade.units import Horizon


def read_agreements(source: Path | bytes) -> tuple[LendingAgreement, ...]:
    """Of a JSON file (a path) or its bytes. Raises: UnreadableInput, with every fault of form."""
    data = source if isinstance(source, bytes) else read_bytes(source)
    where = "document" if isinstance(source, bytes) else source.name
    value = parse(decode(data, where), where)
    check_head(value, LENDING_FORMAT, LENDING_VERSION)
    return tuple(
        LendingAgreement(
            one.lender,
            one.borrower,
            None if one.workers is None else frozenset(one.workers),
            one.notice_min,
            one.paid_by,
        )
        for one in read_model(LendingDocument, value).agreements
    )


def lending_to_json(one: ProposedLending, horizon: Horizon, names: dict[str, str]) -> dict[str, Any]:
    """Args: names: of basins, by id."""
    clock = HorizonClock(horizon)
    return {
        "worker_id": one.worker_id,
        "lender": one.lender,
        "borrower": one.borrower,
        "paid_by": one.paid_by.value,
        "travel_min": clock.minutes(one.travel),
        "stops": [
            {
                "visit_id": stop.visit_id,
                "tour": stop.tour,
                "arrival": clock.moment(stop.arrival),
                "start": clock.moment(stop.start),
                "end": clock.moment(stop.end),
            }
            for stop in one.stops
        ],
        "reasons": show_reasons(one.reasons(names)),
    }
