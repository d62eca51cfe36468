"""Each figure that Prometheus reads moves when its thing happens, and no label says anything of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import BaseRoute

from api.letters.post import LetterSender
from api.messages.channels import Letter
from api.messages.outbox import SENT, DeliveryVerdict
from api.messages.webhooks import WebhookSender
from api.operations import metrics
from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
LABELS = {"method", "route", "status", "state", "kind", "le"}


class Told:
    """A channel that answers the same to every letter."""

    def __init__(self, verdict: DeliveryVerdict) -> None:
        self.verdict = verdict

    def send(self, letter: Letter) -> DeliveryVerdict:
        return self.verdict


def samples(world: World) -> list[tuple[str, dict[str, str], float]]:
    text = world.client.get("/metrics").text
    found = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return [(one.name, dict(one.labels), one.value) for one in found if one.name.startswith("brigade_")]


def figure(world: World, name: str, **labels: str) -> float:
    """0 for what was never told."""
    return sum(
        value
        for told, where, value in samples(world)
        if told == f"brigade_{name}" and labels.items() <= where.items()
    )


def published(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200


def send(world: World, verdict: DeliveryVerdict) -> None:
    LetterSender(world.service, {"email": Told(verdict), "sms": Told(verdict)}).all_due()


def test_every_kind_that_has_states_is_counted_under_the_name_of_its_table() -> None:
    names = {row.__tablename__ for row in metrics.BY_STATE}
    assert names == {"jobs", "offers", "messages", "deliveries"}


def test_messages_move_from_queued_to_sent_or_failed(world: World) -> None:
    world.ask(C, "PUT", f"{BASIN}/contacts/provider:S1", {"id": "provider:S1", "email": "s1@example.org"})
    published(world)
    # The absence and the plan: twice to S1. Coordinators and workers have no contact here.
    assert figure(world, "messages", state="queued") == 2
    unreachable = figure(world, "messages", state="failed")
    assert unreachable > 0
    world.later(minutes=1)
    assert 60 <= figure(world, "oldest_due_seconds", kind="messages") < 120
    send(world, DeliveryVerdict("again", "smtp_unreachable"))
    assert (
        figure(world, "messages", state="queued"),
        figure(world, "oldest_due_seconds", kind="messages"),
    ) == (2, 0)
    world.later(minutes=2)
    send(world, SENT)
    assert (figure(world, "messages", state="queued"), figure(world, "messages", state="sent")) == (0, 2)
    assert figure(world, "messages", state="failed") == unreachable


def test_calls_of_webhooks_move_from_queued_to_sent_or_failed(world: World) -> None:
    hook = {"url": "https://saad.example.org/brigade", "events": ["absences.*"]}
    assert world.ask(C, "POST", f"{BASIN}/webhooks", hook).status_code == 201
    wish(world, replan="on_request")
    assert [figure(world, "deliveries", state=state) for state in ("queued", "sent", "failed")] == [0, 0, 0]
    for id, verdict, after in (
        ("ABS-1", DeliveryVerdict("again", "unreachable"), (1, 0, 0)),
        ("ABS-2", SENT, (1, 1, 0)),
        ("ABS-3", DeliveryVerdict("failed", "refused"), (1, 1, 1)),
    ):
        # One hour each, so that no two absences of A-1 overlap.
        hour = {"ABS-1": "06", "ABS-2": "07", "ABS-3": "08"}[id]
        away = {"start": f"2026-03-16T{hour}:00:00+01:00", "end": f"2026-03-16T{hour}:59:00+01:00"}
        assert world.ask(M, "POST", f"{BASIN}/absences", absence(id=id, interval=away)).status_code == 201
        with patch.object(WebhookSender, "carry", lambda self, id, verdict=verdict: verdict):
            WebhookSender(world.service).once()
        assert (
            tuple(figure(world, "deliveries", state=state) for state in ("queued", "sent", "failed")) == after
        )


def test_searches_move_from_queued_to_done_cancelled_or_failed(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    asked = {"first_day": "2026-03-09", "search": {"iterations": 50}}
    first, second = (world.ask(C, "POST", f"{BASIN}/jobs", asked).json()["id"] for _ in range(2))
    assert figure(world, "jobs", state="queued") == 2
    world.ask(C, "POST", f"{BASIN}/jobs/{second}/cancel")
    assert (figure(world, "jobs", state="queued"), figure(world, "jobs", state="cancelled")) == (1, 1)
    world.search()
    assert (figure(world, "jobs", state="queued"), figure(world, "jobs", state="done")) == (0, 1)
    world.ask(C, "POST", f"{BASIN}/jobs", asked)
    with patch("api.searches.search_runner.solve", side_effect=RuntimeError):
        world.search()
    assert figure(world, "jobs", state="failed") == 1
    assert world.get(f"{BASIN}/jobs/{first}")["state"] == "done"


def test_offers_and_requests_are_counted(world: World) -> None:
    published(world)
    assert figure(world, "offers", state="offered") == 3
    offer = world.get(f"{BASIN}/offers")["items"][0]["id"]
    where = {"method": "POST", "route": "/basins/{basin_id}/offers/{id}/answer", "status": "200"}
    before = figure(world, "requests_total", **where)
    world.ask(C, "POST", f"{BASIN}/offers/{offer}/answer", {"reply": "accept"})
    assert (figure(world, "offers", state="offered"), figure(world, "offers", state="accepted")) == (2, 1)
    assert figure(world, "requests_total", **where) == before + 1


def _written(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The paths of routes, those that are mounted below others included."""
    for route in routes:
        holder = getattr(route, "original_router", route)
        inner: Iterable[BaseRoute] = getattr(holder, "routes", None) or ()
        yield from _written(inner)
        if hasattr(route, "path"):
            yield str(route.path)


def test_no_label_says_anything_of_anybody(world: World) -> None:
    """Labels come from lists that the code knows: routes as they are written, methods, statuses, states,
    kinds."""
    person = {"name": "Mme Marquée", "contacts": [{"kind": "phone", "value": "+33639980009"}]}
    world.ask(C, "PUT", f"{BASIN}/worker-identities/W1", person)
    world.ask(C, "PUT", f"{BASIN}/contacts/worker:W1", {"id": "worker:W1", "email": "marquee@example.org"})
    published(world)
    send(world, SENT)
    world.client.get("/v1/nowhere/Marquee")
    # Counters are of the process: pages that other tests opened are in them as well.
    routes = {path.removeprefix("/v1") for path in _written(world.app.routes)} | {"?"}
    found = samples(world)
    assert {name for _, labels, _ in found for name in labels} <= LABELS
    assert {labels["route"] for _, labels, _ in found if "route" in labels} <= routes
    states = {
        "queued",
        "running",
        "sending",
        "done",
        "sent",
        "failed",
        "cancelled",
        "obsolete",
        "offered",
        "withdrawn",
    }
    assert {labels["state"] for _, labels, _ in found if "state" in labels} <= states
    assert {labels["kind"] for _, labels, _ in found if "kind" in labels} == {"messages", "deliveries"}
