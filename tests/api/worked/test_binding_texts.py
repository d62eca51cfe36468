"""What was worked is counted by the texts that the plan obeyed."""

from __future__ import annotations

import pytest

from api.worked.binding_texts import BasinTexts, DeclaredTexts
from brigade.exchange.shapes.workforce_shapes import ContractShape, EngagementShape, WorkerShape
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.demand import Provider
from brigade.values.workforce import Contract, Employer
from tests import builders
from tests.builders import MONDAY, employer, provider

LABOUR = shipped_labour_code()
SIDES: list[tuple[str, dict[str, int]]] = [
    ("ct", {}),
    ("bad", {}),
    ("sap", {}),
    ("bad", {"MAX_SPAN.limit": 600, "DAILY_REST.limit": 720}),
    ("sap", {"SHORT_GAP_PAID.limit": 20, "MAX_DAILY_WORK.limit": 540}),
]


def row(one: Employer | Provider) -> DeclaredTexts:
    return DeclaredTexts(one.agreement, dict(one.accords))


@pytest.mark.parametrize("own", SIDES, ids=str)
@pytest.mark.parametrize("host", SIDES, ids=str)
@pytest.mark.parametrize("full_time", [True, False])
def test_every_limit_is_the_plans_own_accords_included(
    own: tuple[str, dict[str, int]], host: tuple[str, dict[str, int]], full_time: bool
) -> None:
    """With a host whose accords are stricter, or an employer's: every value is the same, and from one row."""
    lender, saad = (
        employer("E1", own[0], accords=own[1]),
        provider("S1", host[0], accords=host[1]),
    )
    contract = Contract(weekly=2100, full_time=full_time)
    person = builders.worker(providers=["S1"], contract=contract)
    problem = builders.problem([], [person], employers=(lender,), providers=(saad,), rules=LABOUR)
    texts = BasinTexts(LABOUR, {"E1": row(lender)}, {"S1": row(saad)})
    engaged = EngagementShape(provider_id="S1", first=MONDAY, last=MONDAY)
    lent = WorkerShape(
        id="W1",
        employer_id="E1",
        availability=[],
        engagements=[engaged],
        contract=ContractShape(full_time=full_time),
    )
    assert texts.of(lent, MONDAY).values == problem.rules_for(person, ["S1"]).values
    assert texts.of(lent, MONDAY, ()).values == problem.rules_for(person).values
