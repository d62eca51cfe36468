/* Breaks and meals as pricing knows them: what a tour owes at the least, and how a stop can be come to with
   it had or still owed.

   Some way through the stops starts none later than a lawful tour of the same order does: a pause may be
   taken at each, waits do not hasten one, and of several rule sets the mildest counts. */
#include <stddef.h>
#include "pauses.h"
#include "timing.h"

enum {
    WORK_SLACK = 12
}; /* times the slack of starts: what labels of heuristic pricing may differ by in work since a break */

/* Mark the mixes that the hosts the tour may serve make alone. */
static void mark_hosts(const model *m, int64_t tour, bool *marks) {
    for (int64_t v = 0; v < m->visits_n; v++)
        if (PAIR(tour, v) & MAY) marks[HOST_MIX(m->tours[tour].worker, v)] = true;
}

/* Mark the mixes that the tour's day may come under: those of its own hosts, joined by any of the day's. */
static void mark_mixes(const model *m, int64_t tour, bool *own) {
    int64_t worker = m->tours[tour].worker, mixes = m->mixes_n, hosts[MOST_MIXES], size = 0;
    bool of_day[MOST_MIXES] = {0}, again = true;
    for (int64_t other = m->workers[worker].first_tour; other < m->workers[worker].end_tour; other++)
        if (m->tours[other].slot == m->tours[tour].slot) mark_hosts(m, other, of_day);
    for (int64_t mix = 0; mix < mixes; mix++)
        if (of_day[mix]) hosts[size++] = mix;
    mark_hosts(m, tour, own);
    while (again) {
        again = false;
        for (int64_t mix = 0; mix < mixes; mix++)
            for (int64_t x = 0; own[mix] && x < size; x++) {
                bool *wider = &own[JOIN_MIX(worker, mix, hosts[x])];
                again |= !*wider;
                *wider = true;
            }
    }
}

/* What the tour owes: of the mixes of hosts that its day may have the mildest, an own meal only where each
   leaves it owed. */
SHARED pauses pauses_of(const model *m, int64_t tour) {
    pauses owed = {.own = FAR,
                   .meal = FAR,
                   .rest = FAR,
                   .meal_from = FAR,
                   .before = FAR,
                   .meal_to = -FAR,
                   .after = -FAR,
                   .most = -FAR};
    const struct breaks *rows = m->breaks + tour * m->mixes_n;
    bool possible[MOST_MIXES] = {0};
    mark_mixes(m, tour, possible);
    for (int64_t mix = 1; mix < m->mixes_n; mix++) {
        const struct breaks *row = rows + mix;
        if (!possible[mix]) continue;
        owed.own = sooner(owed.own, row->own_meal_required ? row->own_meal : 0);
        owed.own_from = row->own_meal_from;
        owed.own_to = row->own_meal_to;
        owed.meal = sooner(owed.meal, row->meal);
        owed.meal_from = sooner(owed.meal_from, row->meal_from);
        owed.meal_to = later(owed.meal_to, row->meal_to);
        owed.before = sooner(owed.before, row->meal_before);
        owed.after = later(owed.after, row->meal_after);
        owed.rest = sooner(owed.rest, row->rest);
        owed.most = later(owed.most, row->stretch);
    }
    return owed;
}

/* Whether a rest break may last longer than the meal, which then does not stand for it. */
SHARED bool rests_longer(const pauses *owed) { return owed->rest > (owed->own ? owed->own : owed->meal); }

/* Whether no meal is owed any more at `before`, NULL for the start of the tour. */
static bool is_fed(const pauses *owed, const standing *before) {
    return before ? before->fed : !owed->own && !owed->meal;
}

/* First moment to start over `leg` in that way, leaving at `left` (the first time: from home); FAR when it is
   too late for it. */
static tick ready(const pauses *owed, const standing *before, tick left, tick leg, int way) {
    tick arrival = left + leg;
    if (way == STRAIGHT) return arrival;
    if (way == RESTED) return before && !before->rested ? arrival + owed->rest : FAR;
    if (way == BOTH)
        return before && !before->rested ? later(arrival + owed->rest, ready(owed, before, left, leg, FED))
                                         : FAR;
    if (is_fed(owed, before)) return FAR;
    if (owed->own) {
        tick begin = later(left, owed->own_from);
        if (begin > owed->own_to) return FAR;
        return owed->own + (before ? later(arrival, owed->own_from) : begin + leg);
    }
    if (!before) return later(arrival, owed->before); /* begun so late it is not due */
    tick end = later(arrival, owed->meal_from) + owed->meal;
    return end <= owed->meal_to ? end : FAR;
}

/* Serve the visit after `before` (NULL: first of all) in that way. False when that cannot be, or a break owed
   was not taken. */
SHARED bool serve(const model *m, int64_t tour, const pauses *owed, const standing *before, tick left,
                  tick leg, int64_t visit, int way, standing *then) {
    tick floor = ready(owed, before, left, leg, way), arrival = left + leg,
         duration = SERVICE(m->tours[tour].worker, visit);
    tick start = floor >= FAR ? FAR : earliest(m, visit, m->tours[tour].worker, floor),
         end = start + duration;
    if (start >= FAR || end > m->tours[tour].hard_end) return false;
    bool fed = way == FED || way == BOTH || is_fed(owed, before),
         paused = !before || start - arrival >= owed->rest;
    tick work = paused ? duration : before->work + leg + duration;
    if (owed->meal && !owed->own)
        fed |= before ? sooner(start, owed->meal_to) - later(arrival, owed->meal_from) >= owed->meal
                      : start >= owed->before;
    if (!paused && !before->rested && work > owed->most) return false;
    if (!fed && !owed->own && end > owed->after && end + owed->meal > owed->meal_to)
        return false; /* nor can it be had any more */
    bool rested = (before && before->rested) || work + m->tours[tour].hard_end - end <= owed->most;
    *then = (standing){start, rested ? 0 : work, fed, rested};
    return true;
}

/* Whether the tour may end with the visit, being back at `back`: an own meal may be had at home then, its
   hours waited for. */
SHARED bool may_end(const model *m, int64_t tour, const pauses *owed, const standing *at, int64_t visit,
                    tick back) {
    if (back > m->tours[tour].hard_end) return false;
    if (at->fed) return true;
    return owed->own ? back <= owed->own_to && back + owed->own <= m->tours[tour].end
                     : at->start + SERVICE(m->tours[tour].worker, visit) <= owed->after;
}

/* Whether who stands at `one` owes no more than at `other`. */
SHARED bool owes_no_more(const standing *one, const standing *other) {
    return one->fed >= other->fed && one->rested >= other->rested && one->work <= other->work;
}

/* The same, nearly: for heuristic pricing, where a label stands for others within `slack`. */
SHARED bool owes_about(const standing *one, const standing *other, tick slack) {
    return one->fed >= other->fed && one->work <= other->work + WORK_SLACK * slack;
}
