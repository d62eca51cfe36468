"""Answers to questions about a plan: why not, what would help, why this person, who else.

Each public function takes a problem and a plan; its twin on a loaded `AdviceSession` answers many questions
about one plan: `why_uncovered`/`explain`, `would_cover`/`suggest`, `candidates`/`candidates_for`,
`why_worker`/`contribution`. `proposed_hours` makes sessions of its own, as hours of the visit change.
"""

from solver.advice.advice_session import AdviceSession
from solver.advice.candidates import candidates, candidates_for
from solver.advice.contributions import contribution, why_worker
from solver.advice.examination import examine
from solver.advice.explanations import explain, why_uncovered
from solver.advice.hours_to_propose import proposed_hours
from solver.advice.suggesting.carried_out import apply_suggestion, enact, plan_with
from solver.advice.suggesting.suggestions import suggest, would_cover
from solver.advice.swaps import swaps

__all__ = [
    "AdviceSession",
    "apply_suggestion",
    "candidates",
    "candidates_for",
    "contribution",
    "enact",
    "examine",
    "explain",
    "plan_with",
    "proposed_hours",
    "suggest",
    "swaps",
    "why_uncovered",
    "why_worker",
    "would_cover",
]
