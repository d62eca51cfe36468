"""What coordinators of both basins are written of a request, word for word."""

from __future__ import annotations

from api.lending import lendings
from api.letters.letters import WrittenLetter
from api.runtime.roles import Role
from api.store.message_tables import Message
from tests.api.conftest import World
from tests.api.lending.two_basins import NEXT_DOOR, neighbours
from tests.api.letters.test_letters import held, ready, written
from tests.api.small_basin import BASIN


def test_letters_on_lending_word_for_word(world: World) -> None:
    """Declined, agreed and taken back, left without an answer: the lender hears what is asked, the borrower
    what came of it, and nobody of which client."""
    ready(world)
    both = neighbours(world)
    agreement = both.agreement()
    known = world.get("/v1/accounts", Role.ADMINISTRATOR)["items"]
    account = next(one["id"] for one in known if one["login"] == "B2-C")
    contact = {"id": f"account:{account}", "email": "x@example.org"}
    assert both.ask(both.lender, "PUT", f"{NEXT_DOOR}/contacts/account:{account}", contact).is_success
    seen, found = set[str](), list[tuple[Message, dict[str, WrittenLetter]]]()

    def asked() -> str:
        row = both.request(agreement, reason="deux absences ce matin").json()
        found.extend(written(world, seen))
        return str(row["id"])

    no = {"reply": "no", "reason": "personne de libre"}
    both.act(both.lender, f"{NEXT_DOOR}/lendings/{asked()}", "answer", no)
    found += written(world, seen)
    again = asked()
    both.act(both.lender, f"{NEXT_DOOR}/lendings/{again}", "answer", {"reply": "yes"})
    found += written(world, seen)
    both.act(both.borrower, f"{BASIN}/lendings/{again}", "withdraw", {"reason": "la collègue est revenue"})
    found += written(world, seen)
    asked()
    world.later(minutes=30)
    lendings.expire(world.service)
    found += written(world, seen)
    told = [one for one in found if one[0].kind == "lending_changed"]
    assert [row.basin_id for row, _ in told] == ["B2", "B1", "B2", "B1", "B2", "B2", "B1"]
    assert not any("V1" in one.text for _, both_langs in told for one in both_langs.values())
    held(told, "lending")
