"""Twenty workers' obstacles in a few plain sentences: those nearest to possible first, the rest counted.

A sentence that names a worker is enough: were it not so, she could come. Where several obstacles stand in her
way at once, it says all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from brigade.changes.answers import Obstacle, ObstacleKind, ObstacleSet
from brigade.values.plan import Reason

TOLD_ONE_BY_ONE = 2
"""Reasons of one kind told with their own values; the other workers of that kind share a sentence."""

NEAREST_FIRST = (
    ObstacleKind.NONE,
    ObstacleKind.PARTNER,
    ObstacleKind.BUSY,
    ObstacleKind.HOURS,
    ObstacleKind.TIED,
    ObstacleKind.RULE,
    ObstacleKind.AWAY,
)


def summary_of(found: Sequence[ObstacleSet]) -> tuple[Reason, ...]:
    """Every worker is in one of the reasons."""
    if all(_is(one, ObstacleKind.AWAY) for one in found):
        return (_of(Reason.of("nobody_available"), found),)
    away = [one for one in found if _is(one, ObstacleKind.AWAY)]
    shared = _lacked_by_all([one for one in found if one not in away])
    if shared is not None:
        return (shared, *_same(away))
    single = [
        reason
        for kind in NEAREST_FIRST[:-1]
        for reason in _told(kind, [one for one in found if _is(one, kind)])
    ]
    return (*single, *_several([one for one in found if len(one.obstacles) > 1]), *_same(away))


def _is(one: ObstacleSet, kind: ObstacleKind) -> bool:
    """Whether an obstacle of that kind is all there is."""
    return len(one.obstacles) == 1 and one.first.kind is kind


def _lacked_by_all(present: Sequence[ObstacleSet]) -> Reason | None:
    """The competency that nobody present has, if that is the only thing for all of them."""
    reasons = {one.first.reason if len(one.obstacles) == 1 else None for one in present}
    only = reasons.pop() if len(reasons) == 1 else None
    # Whoever had a certificate is told its date, which "everybody lacks it" would hide.
    if only is not None and only.code == "lacks_competency" and not _has_certificate(only):
        return _of(Reason.of("nobody_has_competency", missing=only.value("missing")), present)
    return None


def _several(found: Sequence[ObstacleSet]) -> list[Reason]:
    """Obstacles that stand in somebody's way together: the shortest lists in full, the other workers in one
    sentence."""
    ranked = sorted(
        found, key=lambda one: (one.first.kind is ObstacleKind.AWAY, len(one.obstacles), one.worker_id)
    )
    return _some(ranked, "several_obstacles")


def _told(kind: ObstacleKind, found: Sequence[ObstacleSet]) -> list[Reason]:
    if kind is ObstacleKind.BUSY:
        return _busy(found)
    if kind is ObstacleKind.HOURS:
        return _some(sorted(found, key=_lateness), "hours_too_short")
    if kind is ObstacleKind.RULE:
        pair = [one for one in found if not _is_limit(one)]
        return [*_some([one for one in found if _is_limit(one)], "limits_reached"), *_same(pair)]
    return _same(found)


def _busy(found: Sequence[ObstacleSet]) -> list[Reason]:
    """The one who would give up least, by name; the others together."""
    ranked = sorted(
        found, key=lambda one: (-(one.first.priority or 0), len(one.first.pushed_out), one.worker_id)
    )
    return _some(ranked, "busy_too", singly=1)


def _some(found: Sequence[ObstacleSet], others: str, singly: int = TOLD_ONE_BY_ONE) -> list[Reason]:
    """The first few reasons as they are, the workers of the others in one reason of code `others`."""
    groups = _grouped(found)
    told, rest = list(groups.items())[:singly], list(groups.items())[singly:]
    # One left over is told as it is: "the others" of one worker says less in as many words.
    if len(rest) == 1:
        told, rest = list(groups.items()), []
    shared = [one for _, workers in rest for one in workers]
    return [_of(reason, workers) for reason, workers in told] + (
        [_of(Reason.of(others), shared)] if shared else []
    )


def _same(found: Sequence[ObstacleSet]) -> list[Reason]:
    """Equal reasons together, those of most workers first."""
    groups = sorted(_grouped(found).items(), key=lambda item: (-len(item[1]), item[1][0].worker_id))
    return [_of(reason, workers) for reason, workers in groups]


def _grouped(found: Iterable[ObstacleSet]) -> dict[Reason, list[ObstacleSet]]:
    groups: dict[Reason, list[ObstacleSet]] = {}
    for one in found:
        groups.setdefault(_reason_of(one), []).append(one)
    return groups


def _reason_of(one: ObstacleSet) -> Reason:
    return reason_of_all(one.obstacles)


def reason_of_all(obstacles: Sequence[Obstacle]) -> Reason:
    """What stands in somebody's way together, as one reason. Competencies that she lacks are one list."""
    told = list(dict.fromkeys(one.reason for one in obstacles))
    lacking = [one for one in told if one.code == "lacks_competency" and not _has_certificate(one)]
    if len(lacking) > 1:
        missing = tuple(sorted(str(one.value("missing")) for one in lacking))
        told[told.index(lacking[0])] = Reason.of("lacks_competencies", missing=missing)
        told = [one for one in told if one not in lacking]
    return told[0] if len(told) == 1 else Reason.of("all_of", obstacles=tuple(told))


def _has_certificate(lacking: Reason) -> bool:
    """Its dates are told with the one competency that it grants."""
    return bool(dict(lacking.values).get("certificate"))


def _of(reason: Reason, found: Sequence[ObstacleSet]) -> Reason:
    workers = tuple(one.worker_id for one in found)
    return Reason.of(reason.code, **dict(reason.values), workers=workers)


def _lateness(one: ObstacleSet) -> float:
    return float(dict(one.first.reason.values).get("late_min", 1e9))


def _is_limit(one: ObstacleSet) -> bool:
    """A limit that would be passed has its own figures; rules of the pair are the same for many."""
    return any(name.endswith("_min") for name, _ in one.first.reason.values)
