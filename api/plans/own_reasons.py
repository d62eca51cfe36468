"""Why a visit has nobody, as its own provider may read it: in sentences, without other providers' visits or
anybody's name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.shapes.cycle_requests import plain
from api.shapes.planning.plan_views import ReasonView, SaidView
from api.store import kept_plans as kept
from api.store.basin_tables import Visit
from api.store.cycle_tables import Plan
from api.store.plan_parts import carers_of
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.reasons import reason_of
from brigade.exchange.shapes.plan_shapes import ReasonShape
from brigade.units import Horizon
from brigade.values.plan import Reason
from brigade.words import capital, say, word
from brigade.words.catalogue import REASON, text_of
from brigade.words.sentences import needed_fields

PEOPLE = ("worker", "workers", "by")
"""Who a reason is about; `by`: who does another visit that it speaks of."""
OF_A_VISIT = frozenset({"priority", "start", "latest", "late_min", "shift_min", "pinned_at"})
"""What a reason tells of the visits it names: it goes with them."""
NOT_EXAMINED = "not_examined"
"""Stands for the reasons of a visit that a search had no time to examine: whoever asks why gets them."""
TAKEN = "busy_too"
"""Stands for a reason of which too little is left to be said."""


def of_own(reason: ReasonView, foreign: Collection[str]) -> ReasonView:
    """A reason of a plan document without `foreign` visits, and without the brigade's people, who are
    counted.

    `values` loses the visits, what was told of them, and people; a reason that cannot be said without becomes
    "taken by other visits".
    """
    values = reason.values
    shown = {name: _of_own(value, foreign) for name, value in values.items() if name not in PEOPLE}
    if _names(values, foreign):
        shown = {name: value for name, value in shown.items() if value and name not in OF_A_VISIT}
    code = reason.code
    # One language is enough: a test holds that all sentences of a key name the same values.
    if not needed_fields(text_of(REASON + code, "fr") or "") - {*PEOPLE} <= shown.keys():
        code, shown = TAKEN, {}
    people = values.get("workers") or ([values["worker"]] if "worker" in values else [])
    return ReasonView(code=code, values=shown | ({"people": len(people)} if people else {}))


def _names(values: Mapping[str, Any], foreign: Collection[str]) -> bool:
    """Whether a value itself, not one of a reason inside, is or holds such a visit."""
    plain = [one for value in values.values() for one in (value if isinstance(value, list) else [value])]
    return any(_is(one, foreign) for one in plain)


def _is(value: Any, foreign: Collection[str]) -> bool:
    return isinstance(value, str) and value in foreign


def _of_own(value: Any, foreign: Collection[str]) -> Any:
    if isinstance(value, Mapping) and "code" in value:
        return plain(of_own(ReasonView.model_validate(value), foreign))
    if isinstance(value, list):
        return [_of_own(one, foreign) for one in value if not _is(one, foreign)]
    return None if _is(value, foreign) else value


def visits_of(document: JsonObject) -> set[str]:
    """Every visit that a plan document speaks of."""
    found = set(carers_of(document))
    return found | {
        str(one["visit_id"]) for name in ("uncovered", "unwanted") for one in document.get(name, ())
    }


def foreign_to(scoped: Scoped, plan: Plan) -> set[str]:
    """The visits of a plan that the account does not reach."""
    return visits_of(plan.document) - set(
        scoped.session.scalars(scoped.select(Visit, plan.basin_id).with_only_columns(Visit.id))
    )


def told(reason: ReasonView, foreign: Collection[str], horizon: Horizon, lang: str) -> SaidView:
    """A reason as its own provider may read it, with its sentence."""
    own = of_own(reason, foreign)
    return SaidView(reason=own, sentence=capital(sentence(own, horizon, lang)))


def horizon_of(session: Session, plan: Plan) -> Horizon:
    """Of the problem kept with a plan: it turns the ticks of reasons into times."""
    told = kept.problem_horizon(session, plan.digest)
    return Horizon(plan.first_day, plan.days, ticks_per_minute=told.get("ticks_per_minute", 1))


def sentence(reason: ReasonView, horizon: Horizon, lang: str) -> str:
    """Of a reason as `of_own` leaves it: "3 personnes : pas disponible à ces heures"."""
    found: Reason = reason_of(ReasonShape(code=reason.code, values=reason.values), "reasons", [])
    return say(_with_counts(found, lang), lang, horizon=horizon)


def _with_counts(reason: Reason, lang: str) -> Reason:
    """With "2 personnes" for those whom `of_own` took out, in the reasons inside as well."""
    values = {name: _counted(value, lang) for name, value in reason.values}
    count = values.pop("people", None)
    if count:
        values["worker"] = word("people", lang, n=count)
    if "by" in needed_fields(text_of(REASON + reason.code, lang) or ""):
        # The person who does the other visit was taken out: the sentence needs somebody there, and no name.
        values["by"] = word("people", lang, n=1)
    return Reason.of(reason.code, **values)


def _counted(value: Any, lang: str) -> Any:
    if isinstance(value, Reason):
        return _with_counts(value, lang)
    return tuple(_counted(one, lang) for one in value) if isinstance(value, tuple) else value


def sentences(
    reasons: Iterable[ReasonView], foreign: Collection[str], horizon: Horizon, lang: str
) -> list[str]:
    """One for each reason, equal ones once; none where nobody has looked for it."""
    sought = (one for one in reasons if one.code != NOT_EXAMINED)
    return list(dict.fromkeys(capital(sentence(of_own(one, foreign), horizon, lang)) for one in sought))
