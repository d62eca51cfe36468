"""Edited labour texts and catalogues, in and out of the document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from brigade.competencies import CompetencyCatalogue
from brigade.exchange.bridge import Clock, build, show, show_all
from brigade.exchange.shapes.kinds import Shape
from brigade.exchange.shapes.texts import (
    CatalogueShape,
    CertificateTextShape,
    CompetencyShape,
    LabourShape,
    RuleHeadShape,
    RuleSetShape,
    RuleValueShape,
)
from brigade.labour import LabourCode, RuleHead, RuleSet
from brigade.units import Horizon

TIMELESS = Clock(Horizon(date(2000, 1, 1)))
"""Texts hold no instants: any clock will do."""


def catalogue_of(shape: CatalogueShape) -> CompetencyCatalogue:
    """Raises: InvalidProblem, with every unknown code."""
    competencies = {row.code: build(row, TIMELESS, "") for row in shape.competencies}
    return CompetencyCatalogue(competencies, {row.code: build(row, TIMELESS, "") for row in shape.certificates})


def show_catalogue(catalogue: CompetencyCatalogue, clock: Clock) -> dict[str, Any]:
    return {
        "competencies": show_all(catalogue.competencies.values(), CompetencyShape, clock),
        "certificates": show_all(catalogue.certificates.values(), CertificateTextShape, clock),
    }


def labour_of(shape: LabourShape) -> LabourCode:
    heads: Mapping[str, RuleHead] = {row.id: _built(row) for row in shape.rules}
    agreements = {one.id: _set_of(one) for one in shape.agreements}
    return LabourCode(heads, _set_of(shape.mandatory), _set_of(shape.default), agreements)


def show_labour(labour: LabourCode, clock: Clock) -> dict[str, Any]:
    return {
        "rules": show_all(labour.heads.values(), RuleHeadShape, clock),
        "mandatory": _show_set(labour.mandatory, clock),
        "default": _show_set(labour.default, clock),
        "agreements": [_show_set(one, clock) for one in labour.agreements.values()],
    }


def _built(row: Shape) -> Any:
    return build(row, TIMELESS, "")


def _set_of(shape: RuleSetShape) -> RuleSet:
    values = [_built(row) for row in shape.values]
    return RuleSet(shape.id, shape.name, shape.version, {value.key: value for value in values}, frozenset(shape.agreed))


def _show_set(rules: RuleSet, clock: Clock) -> dict[str, Any]:
    values = [show(value, RuleValueShape, clock) for value in rules.values.values()]
    head = {"id": rules.id, "name": rules.name, "version": rules.version}
    return {**head, "agreed": sorted(rules.agreed), "values": values} if rules.agreed else {**head, "values": values}
