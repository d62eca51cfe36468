"""Edited labour texts and catalogues, in and out of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from brigade.exchange.documents.bridge import HorizonClock, build, show_all
from brigade.exchange.shapes.field_kinds import Shape
from brigade.exchange.shapes.text_shapes import (
    CatalogueShape,
    CertificateTextShape,
    CompetencyShape,
    LabourShape,
    RuleHeadShape,
    RuleSetShape,
    RuleValueShape,
)
from brigade.texts.labour_code import LabourCode, LabourText
from brigade.texts.rule_sets import RuleHead, RuleValue
from brigade.units import Horizon
from brigade.values.competencies import CompetencyCatalogue

TIMELESS = HorizonClock(Horizon(date(2000, 1, 1)))
"""Texts hold no instants: any clock will do."""
RENAMED = {("CHANGE_NOTICE", "refusable_days"): ("REFUSALS_SHORT", "below_days")}
"""Parameters of texts edited before they were named otherwise: the right to refuse stands apart from the
notice."""


def catalogue_of(shape: CatalogueShape) -> CompetencyCatalogue:
    """Raises: InvalidProblem, with every unknown code."""
    competencies = {row.code: build(row, TIMELESS, "") for row in shape.competencies}
    return CompetencyCatalogue(
        competencies, {row.code: build(row, TIMELESS, "") for row in shape.certificates}
    )


def show_catalogue(catalogue: CompetencyCatalogue, clock: HorizonClock) -> dict[str, Any]:
    return {
        "competencies": show_all(catalogue.competencies.values(), CompetencyShape, clock),
        "certificates": show_all(catalogue.certificates.values(), CertificateTextShape, clock),
    }


def labour_of(shape: LabourShape) -> LabourCode:
    heads: Mapping[str, RuleHead] = {row.id: _built(row) for row in shape.rules}
    agreements = {one.id: _text_of(one) for one in shape.agreements}
    return LabourCode(heads, _text_of(shape.mandatory), _text_of(shape.default), agreements)


def show_labour(labour: LabourCode, clock: HorizonClock) -> dict[str, Any]:
    return {
        "rules": show_all(labour.heads.values(), RuleHeadShape, clock),
        "mandatory": _show_text(labour.mandatory, clock),
        "default": _show_text(labour.default, clock),
        "agreements": [_show_text(one, clock) for one in labour.agreements.values()],
    }


def _built(row: Shape) -> Any:
    return build(row, TIMELESS, "")


def _text_of(shape: RuleSetShape) -> LabourText:
    rows = tuple(_renamed(_built(row)) for row in shape.values)
    told = shape.known_from, frozenset(shape.agreed), shape.outside_code
    return LabourText(shape.id, shape.name, shape.version, rows, *told)


def _show_text(text: LabourText, clock: HorizonClock) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": text.id, "name": text.name, "version": text.version}
    if text.known_from is not None:
        shown["known_from"] = text.known_from.isoformat()
    if text.agreed:
        shown["agreed"] = sorted(text.agreed)
    if text.outside_code:
        shown["outside_code"] = True
    return {**shown, "values": show_all(text.rows, RuleValueShape, clock)}


def _renamed(value: RuleValue) -> RuleValue:
    rule, name = RENAMED.get(value.key, value.key)
    return replace(value, rule=rule, name=name)
