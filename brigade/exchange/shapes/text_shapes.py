"""Edited labour texts and competency catalogues, embedded only when they are not the shipped ones."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from brigade.exchange.shapes.field_kinds import LARGEST, Code, Codes, Day, FieldKind, Shape
from brigade.texts.rule_sets import RuleHead, RuleKind, RuleLayer, RuleValue
from brigade.values.competencies import Certificate, Competency

Value = Annotated[int, Field(ge=-LARGEST, le=LARGEST), FieldKind.COUNT]
Words = Annotated[str, FieldKind.TEXT]


class CompetencyShape(Shape):
    makes: ClassVar[type[Any]] = Competency
    code: Code
    name: Words
    act_class: Words | None = None


class CertificateTextShape(Shape):
    """A certificate: what it grants, and which other certificates' grants come with it."""

    makes: ClassVar[type[Any]] = Certificate
    code: Code
    name: Words
    grants: Codes
    includes: list[Code] = Field(default_factory=list)
    source: Words = ""


class CatalogueShape(BaseModel):
    """A competency catalogue that replaces the shipped one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    competencies: list[CompetencyShape]
    certificates: list[CertificateTextShape]


class RuleHeadShape(Shape):
    makes: ClassVar[type[Any]] = RuleHead
    id: Code
    kind: RuleKind
    title: Words
    sentence: Words
    title_en: Words = ""
    source: Words = ""
    waivable: bool = Field(False, description="A coordinator may override what the rule says by itself.")
    of_contract: bool = Field(
        False, description="It speaks of the contract: the host's agreement does not displace it."
    )


class RuleValueShape(Shape):
    """One parameter of one rule, from a day on; rows of several days may stand side by side."""

    makes: ClassVar[type[Any]] = RuleValue
    rule: Code
    name: Code
    value: Value
    unit: Words
    article: Words
    in_force_from: Day
    stricter: Words = "lower"
    layer: RuleLayer = RuleLayer.AGREEMENT
    accord: Value | None = None
    waivable: bool = False
    in_force_until: Day | None = Field(
        None, description="Last day, where no other row follows; absent: to this day."
    )
    same_since: Day | None = Field(
        None, description="From when on earlier wordings of the article gave the same value."
    )
    opened_by: Words = Field(
        "", description="Article that lets an accord go further; without `accord`, as far as it likes."
    )
    closed_by: Words = Field("", description="Article that keeps accords from it.")


class RuleSetShape(BaseModel):
    """The values of one text, of all dates."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    id: Code
    name: Words
    version: Words
    known_from: Day | None = Field(
        None,
        description="A plan of an earlier day is refused; absent: the first "
        "row of each value holds for all that came before.",
    )
    agreed: Codes = Field(
        default_factory=list, description="Rules it answers for although it has no value of them."
    )
    outside_code: bool = Field(
        False, description="The Code du travail binds nobody under it: neither layer stands beside it."
    )
    values: list[RuleValueShape] = Field(default_factory=list)


class LabourShape(BaseModel):
    """Labour texts that replace the shipped ones."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    rules: list[RuleHeadShape]
    mandatory: RuleSetShape
    default: RuleSetShape
    agreements: list[RuleSetShape]
