"""Who people are and where they are reached, as it goes over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import CONTACT, MAILBOX, PHONE, STRICT
from brigade.exchange.shapes.field_kinds import Text

Line = Annotated[Text, Field(min_length=1, max_length=200)]


class ContactIn(BaseModel):
    """One way to reach somebody. `of`: whom, when it is not the person."""

    model_config = STRICT
    kind: Literal["email", "phone"]
    value: str = Field(
        min_length=3,
        max_length=200,
        pattern=r"^[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)*$",
        examples=["+33321000000"],
    )
    of: Line | None = Field(None, examples=["sa fille"])


class IdentityIn(BaseModel):
    """Who stands behind a pseudonym. Nothing about health: what a visit needs is said by its competencies."""

    model_config = STRICT
    name: Line = Field(examples=["Mme Exemple"])
    address_lines: list[Line] = Field(
        default_factory=list, max_length=6, examples=[["3 rue de l’Exemple", "62300 Lens"]]
    )
    entry: Text | None = Field(
        None, min_length=1, max_length=1000, description="Door code, keys, dog. Shown from the day before."
    )
    contacts: list[ContactIn] = Field(default_factory=list, max_length=10)


class ContactShape(BaseModel):
    """`id` says whom: worker:W1, provider:S1, or account:… for a coordinator, who then hears what needs a
    decision here."""

    model_config = STRICT
    id: str = Field(max_length=120, pattern=CONTACT, examples=["worker:W1"])
    email: str | None = Field(None, max_length=254, pattern=MAILBOX, examples=["w1@example.org"])
    phone: str | None = Field(None, pattern=PHONE, examples=["+33612345678"])
    language: Literal["fr", "en"] = "fr"
    channels: list[Literal["email", "sms"]] = Field(
        default_factory=list, max_length=2, description="By default the mail."
    )
