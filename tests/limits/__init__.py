"""The catalogue of limits: for every part of every limit a tiny problem in which it binds.

With all twins the solver's plan passes the checker; without that limit's twin it breaks just that limit.
"""

from __future__ import annotations

from tests.limits.case import Case
from tests.limits.days import DAYS
from tests.limits.horizon import HORIZON
from tests.limits.pairs import PAIRS

CASES: tuple[Case, ...] = (*PAIRS, *DAYS, *HORIZON)
