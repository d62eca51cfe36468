"""Passwords that are tried first are refused, however long."""

from __future__ import annotations

import pytest

from api.persons import accounts
from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World


@pytest.mark.parametrize("common", ["passwordpassword", "motdepasse123456", "azertyuiop1234", "123456789012"])
def test_common_passwords_are_refused(common: str) -> None:
    assert accounts.is_common(common, "coordination.lens")


@pytest.mark.parametrize("fit", [PASSWORD, "bleu-canard-41-vent", "x7#Kp!q2Vd9w"])
def test_others_are_taken(fit: str) -> None:
    assert not accounts.is_common(fit, "coordination.lens")


def test_neither_an_administrator_nor_a_person_sets_one(world: World) -> None:
    made = {
        "login": "somebody.new",
        "role": "funder",
        "password": "passwordpassword",
        "grants": [{"basin_id": "B1"}],
    }
    assert world.ask(Role.ADMINISTRATOR, "POST", "/v1/accounts", made).json()["code"] == "A305"
    own = {"old": PASSWORD, "new": "motdepasse123456"}
    assert world.ask(Role.MANAGER, "PUT", "/v1/accounts/me/password", own).json()["code"] == "A305"
