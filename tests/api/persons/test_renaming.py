"""Whom documents name is read off their forms: a new field is found because it says whose code it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

import pytest
from pydantic import BaseModel, Field

from api.persons.renaming import Renaming, documents_of, form_of
from api.shapes.kept.job_shapes import Heard, JobWish, LeastChange, SearchEffort
from api.shapes.kept.kept_shapes import DocumentOf, KeptIssue
from api.shapes.kept.subject_shapes import FORMS, MessageFailed
from api.store.base import Stored, Table
from brigade.exchange.shapes.event_shapes import EventShape
from brigade.exchange.shapes.field_kinds import ClientCode, Code, Shape, Whose, WorkerCode, WorkerCodes, bare
from brigade.exchange.shapes.plan_shapes import PlanDocument
from brigade.exchange.shapes.problem_shapes import ProblemDocument

HER = Renaming(Whose.WORKER, "W1", "erased-1")

WITHOUT_FORM = {
    "contacts.body": "in which language and by which channels; goes with its owner",
    "source_mappings.body": "what a source is called; the names in it are sealed, and forgotten apart",
    "webhooks.events": "kinds of events",
    "audit.details": "the trail stays as it was sealed",
}
"""Documents of a basin that name nobody, or are never rewritten."""


# -- a field that says whose code it holds -----------------------------------------------------------------
class EscortShape(Shape):
    """A shape as somebody may add one tomorrow."""

    makes: ClassVar[type] = dict
    kind: Literal["escort"] = "escort"
    worker_id: WorkerCode
    client_id: ClientCode
    visit_id: Code
    instead_of: WorkerCodes = Field(default_factory=list)
    by_day: dict[str, tuple[Code, WorkerCode]] = Field(default_factory=dict)
    seats: dict[WorkerCode, int] = Field(default_factory=dict)


class StrollShape(Shape):
    makes: ClassVar[type] = dict
    kind: Literal["stroll"] = "stroll"
    worker_id: Code


class OutingDocument(BaseModel):
    parts: list[Annotated[EscortShape | StrollShape, Field(discriminator="kind")]]
    called: Annotated[str, Whose.ANYBODY] | None = Field(None, serialization_alias="said")


def test_a_field_of_a_new_shape_is_found_by_what_it_says_of_itself() -> None:
    escort = {"kind": "escort", "worker_id": "W1", "client_id": "W1", "visit_id": "W1"}
    more = {"instead_of": ["W2", "W1"], "by_day": {"W1": ["W1", "W1"]}, "seats": {"W1": 2}}
    told = {"parts": [{**escort, **more}, {"kind": "stroll", "worker_id": "W1"}], "said": "W1, W10 et W-W1"}
    found = HER.of(OutingDocument, told)
    assert found["parts"][0] == {
        "kind": "escort",
        "worker_id": "erased-1",
        "client_id": "W1",
        "visit_id": "W1",
        "instead_of": ["W2", "erased-1"],
        "by_day": {"W1": ["W1", "erased-1"]},
        "seats": {"erased-1": 2},
    }
    assert found["parts"][1] == {"kind": "stroll", "worker_id": "W1"}
    assert found["said"] == "erased-1, W10 et W-W1"


def test_what_no_form_knows_is_left_as_it_stands() -> None:
    """Documents of an earlier version may hold more."""
    assert HER.of(EscortShape, {"worker_id": "W1", "older": "W1"}) == {"worker_id": "erased-1", "older": "W1"}
    assert HER.of(EscortShape, {"worker_id": None}) == {"worker_id": None}


# -- documents as they are kept ----------------------------------------------------------------------------
def renamed(form: Any, value: Any) -> Any:
    """As an erasure writes it back."""
    kept = Stored[Any](form)
    return kept.read(HER.of(form, kept.told(value)))


def test_whom_a_search_reckons_with_is_renamed() -> None:
    heard = Heard(
        announced=(("V1", "W1"), ("W1", "W2")), asked=(("V2", "W1"),), states={"offer-1": "ordered"}
    )
    effort = SearchEffort(seed=1, iterations=5, time_limit_s=None)
    wish = LeastChange(
        effort=effort, from_plan_id="plan-1", pinned=("W1",), pinned_workers=("W1",), heard=heard
    )
    found = renamed(JobWish, wish)
    assert found.heard.announced == (("V1", "erased-1"), ("W1", "W2"))
    assert found.heard.asked == (("V2", "erased-1"),)
    assert (found.pinned, found.pinned_workers) == (("W1",), ("erased-1",))


def test_a_fault_that_tells_of_somebody_tells_of_her_new_code() -> None:
    fault = KeptIssue(
        code="P311", where="workers.W1.contract && workers.W10", words="x", values={"met": "W1"}
    )
    found = renamed(KeptIssue, fault)
    assert (found.where, found.values) == ("workers.erased-1.contract && workers.W10", {"met": "erased-1"})
    failed = MessageFailed(message_id="m", kind="tour_changed", contact_id="worker:W1", code="no_contact")
    assert renamed(MessageFailed, failed).contact_id == "worker:erased-1"


def test_an_event_is_told_apart_by_its_kind() -> None:
    at = datetime(2026, 3, 9, tzinfo=UTC).isoformat()
    away = {"kind": "worker_away", "worker_id": "W1", "at": at}
    moved = {"kind": "visit_cancelled", "visit_id": "W1"}
    assert HER.of(list[EventShape], [away, moved]) == [{**away, "worker_id": "erased-1"}, moved]


# -- nothing is forgotten when something is added ----------------------------------------------------------
def documents() -> Iterator[tuple[type[Table], str]]:
    for mapper in Table.registry.mappers:
        if "basin_id" in mapper.columns:
            yield from ((mapper.class_, name) for name in documents_of(mapper.class_))


def forms() -> list[Any]:
    found = [form_of(table, name) for table, name in documents()]
    return [*(one for one in found if one is not None), *FORMS.values(), PlanDocument, ProblemDocument]


def test_every_document_of_a_basin_has_a_form() -> None:
    without = {
        f"{table.__tablename__}.{name}"
        for table, name in documents()
        if form_of(table, name) is None and (table.__tablename__, name) != ("messages", "about")
    }
    assert without == set(WITHOUT_FORM)


def models_in(form: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    inner, beside = bare(form)
    for one in beside:
        if isinstance(one, DocumentOf):
            models_in(one.form, seen)
    if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
        for part in get_args(inner):
            models_in(part, seen)
    elif inner not in seen:
        seen.add(inner)
        for field in inner.model_fields.values():
            models_in(Annotated[(field.annotation, *field.metadata, None)], seen)
    return seen


def is_text(form: Any) -> bool:
    inner, _ = bare(form)
    return inner is str or any(is_text(part) for part in get_args(inner))


def marks_in(form: Any) -> set[Whose]:
    inner, beside = bare(form)
    return {one for one in beside if isinstance(one, Whose)}.union(*map(marks_in, get_args(inner)))


@pytest.mark.parametrize("whose", [Whose.WORKER, Whose.CLIENT])
def test_every_text_called_after_somebody_says_whose_code_it_is(whose: Whose) -> None:
    found = set()
    models = set[type[BaseModel]]().union(*(models_in(form, set()) for form in forms()))
    for model in models:
        for name, field in model.model_fields.items():
            marks = marks_in(field.annotation) | {one for one in field.metadata if isinstance(one, Whose)}
            is_named = {whose.value, f"{whose.value}s"} & set(name.split("_"))
            if is_named and is_text(field.annotation) and whose not in marks:
                found.add(f"{model.__name__}.{name}")
    assert found == set()
