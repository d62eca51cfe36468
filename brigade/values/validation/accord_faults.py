"""Competencies, certificates, agreements and accords that the data knows."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import InvalidProblem, Issue
from brigade.texts.accords import in_force
from brigade.values.demand import LegalStatus, Provider
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import unknown
from brigade.values.workforce import Employer, EmployerKind


def issues(problem: ProblemParts) -> Iterator[Issue]:
    yield from _competencies(problem)
    known = problem.labour.agreements
    parties: dict[str, Employer | Provider] = {f"employers.{one.id}": one for one in problem.employers}
    parties |= {f"providers.{one.id}": one for one in problem.providers}
    for where, party in parties.items():
        if party.agreement not in known:
            yield from unknown("P403", f"{where}.agreement", [party.agreement], known, "agreement")
            continue
        if known[party.agreement].outside_code and not _is_public(problem, party):
            yield Issue("P412", f"{where}.agreement", "not_of_public_service", {"agreement": party.agreement})
        yield from _accords(problem, party, where)
    yield from _before_the_texts(problem)


def _is_public(problem: ProblemParts, party: Employer | Provider) -> bool:
    """Whether the Code du travail may bind nobody there: a public service, and whoever it employs itself."""
    if isinstance(party, Provider):
        return party.legal_status is LegalStatus.PUBLIC
    own = problem.provider_by_id.get(party.id)
    is_own_staff = party.kind in (EmployerKind.PROVIDER, EmployerKind.FIXED_TERM)
    return is_own_staff and (own is None or own.legal_status is LegalStatus.PUBLIC)


def _accords(problem: ProblemParts, party: Employer | Provider, where: str) -> Iterator[Issue]:
    """Each accord against every state of the texts on the days to plan on which it holds, each fault once.
    One that holds on none of them binds nobody, and what the texts were or will be then is not this plan's.
    Where accords are kept, each is judged on its own days when it is written (`api.basin.fitness`)."""
    told: set[Issue] = set()
    for rule, accord in party.accords.items():
        if accord.in_force_from and accord.in_force_until and accord.in_force_until < accord.in_force_from:
            yield Issue(
                "P410",
                f"{where}.accords.{rule}",
                "accord_days",
                {"first": accord.in_force_from, "last": accord.in_force_until},
            )
    days = problem.horizon.first_day, problem.horizon.dates[-1]
    for day, texts in problem.labour.regimes(*days, party.accords.values()):
        try:
            texts.party(party.agreement, in_force(party.accords, day), where)
        except InvalidProblem as refused:
            yield from (issue for issue in refused.issues if issue not in told)
            told.update(refused.issues)


def _before_the_texts(problem: ProblemParts) -> Iterator[Issue]:
    """A day before a text's first rows: nobody knows what it said, and a plan that obeys nothing would look
    lawful."""
    labour, first = problem.labour, problem.horizon.first_day
    used = {one.agreement for one in problem.employers} | {one.agreement for one in problem.providers}
    texts = [labour.mandatory, *(text for id, text in labour.agreements.items() if id in used)]
    known = max(
        (text for text in texts if text.known_from is not None),
        key=lambda text: text.known_from or first,
        default=None,
    )
    if known is not None and known.known_from is not None and first < known.known_from:
        yield Issue(
            "P409",
            "horizon.first_day",
            "before_known_rules",
            {"first": first, "name": known.name, "known_from": known.known_from},
        )


def _competencies(problem: ProblemParts) -> Iterator[Issue]:
    competencies, certificates = problem.catalogue.competencies, problem.catalogue.certificates
    for visit in problem.visits:
        for name, codes in (("required", visit.required), ("preferred", visit.preferred)):
            yield from unknown("P311", f"visits.{visit.id}.{name}", codes, competencies, "competency")
    for worker in problem.workers:
        where = f"workers.{worker.id}"
        yield from unknown("P311", f"{where}.competencies", worker.competencies, competencies, "competency")
        for index, certificate in enumerate(worker.certificates):
            place = f"{where}.certificates[{index}].code"
            yield from unknown("P312", place, [certificate.code], certificates, "certificate")
    for employee in problem.employees:
        where = f"employees.{employee.id}"
        yield from unknown("P311", f"{where}.competencies", employee.competencies, competencies, "competency")
        yield from unknown(
            "P312", f"{where}.certificates", employee.certificates, certificates, "certificate"
        )
