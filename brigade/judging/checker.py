"""A plan against its problem: every rule broken, without the solver and on a timing of its own.

A waiver of a coordinator turns a breach into a told one where the text lets people exceed the value, or where
the rule is ours and its head says so (competencies); nobody waives the mandatory code, and a waiver that
tries is reported itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from brigade.errors import BrokenPromise
from brigade.law.rules import all_rules
from brigade.texts.rule_sets import RuleLayer
from brigade.values.plan import Plan, Reason, Violation, Waiver
from brigade.values.problem import Problem
from brigade.values.validation.plan_references import refuse_plan_unknowns

WAIVER = "WAIVER"


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """All violations, rule file by rule file, waived ones included; rules switched off for the problem are
    not judged.

    Raises: InvalidPlan, with all issues, when the plan names workers, tours or visits that are not in the
    problem.
    """
    refuse_plan_unknowns(problem, plan)
    return with_waivers(problem, plan, breaches(problem, plan))


def breaches(
    problem: Problem, plan: Plan, rule_files: Collection[str] | None = None
) -> tuple[Violation, ...]:
    """What the rules find (of these files only, if named), whoever has waived it; rules switched off are not
    judged."""
    asked = (rule for name, rule in all_rules() if rule_files is None or name in rule_files)
    found = (violation for rule in asked for violation in rule.check(problem, plan))
    return tuple(violation for violation in found if violation.rule not in problem.rule_sets_off)


def with_waivers(problem: Problem, plan: Plan, found: Iterable[Violation]) -> tuple[Violation, ...]:
    """The breaches with the plan's waivers told, and after them the waivers that may not be."""
    judged = tuple(found)
    told = tuple(_with_waiver(problem, plan, violation) for violation in judged)
    # A waiver that no text allows is a breach of its own, beside the one that it was to cover.
    return told + tuple(_undue_waivers(problem, plan, judged))


def hard_violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """The violations nobody has waived. Raises: InvalidPlan, as `check` does."""
    return tuple(violation for violation in check(problem, plan) if violation.waived_by is None)


def certify(problem: Problem, plan: Plan) -> None:
    """Raises: BrokenPromise, when a plan of our own solver breaks a rule: our bug, never the user's."""
    broken = hard_violations(problem, plan)
    if broken:
        lines = (
            f"{one.rule} {one.where}: {one.reason.code} {dict(one.reason.values)} ({one.article})"
            for one in broken
        )
        raise BrokenPromise("\n".join(lines))


# -- waivers -----------------------------------------------------------------------------------------------
def _with_waiver(problem: Problem, plan: Plan, violation: Violation) -> Violation:
    author = next((waiver.by for waiver in plan.waivers if _speaks_of(waiver, violation)), None)
    return (
        violation
        if author is None or not is_waivable(problem, violation)
        else replace(violation, waived_by=author)
    )


def _undue_waivers(problem: Problem, plan: Plan, judged: tuple[Violation, ...]) -> Iterator[Violation]:
    for waiver in plan.waivers:
        undue = [one for one in judged if _speaks_of(waiver, one) and not is_waivable(problem, one)]
        if undue:
            reason = Reason.of("waiver_not_allowed", rule=waiver.rule, by=waiver.by)
            yield Violation(WAIVER, waiver.worker_id, undue[0].where, reason, undue[0].article)


def _speaks_of(waiver: Waiver, violation: Violation) -> bool:
    """A waiver without a visit covers its worker's breaches of the rule; with one, those that name the
    visit."""
    is_same = waiver.rule == violation.rule and waiver.worker_id == violation.worker_id
    return is_same and (waiver.visit_id is None or ("visit", waiver.visit_id) in violation.reason.values)


def is_waivable(problem: Problem, violation: Violation) -> bool:
    """Whether the text of the value broken lets people exceed it: an agreement's, never the code's. What
    comes from no text is waivable where the rule's head says so."""
    if violation.row is not None:
        return violation.row.waivable and violation.row.layer is not RuleLayer.MANDATORY
    head = problem.labour.heads.get(violation.rule)
    return head is not None and head.waivable and violation.article == head.source


def may_be_waived(problem: Problem, rule: str) -> bool:
    """Whether any text lets people exceed this rule; then it depends on the article that a breach cites."""
    head = problem.labour.heads.get(rule)
    kept = (one for one in problem.labour.rows() if one.rule == rule and one.layer is not RuleLayer.MANDATORY)
    return (head is not None and head.waivable) or any(one.waivable for one in kept)
