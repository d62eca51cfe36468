/* Questions about one visit: where it could go, and what would have to go for it. The plan is left as it
   was. */
#include "insertion.h"
#include "moves.h"
#include "../timing/timing.h"

/* Whether the tour's first and last visits may be there: a home leg can be too long. Visits that nobody may
   put in the tour at all are somebody's own decision and not judged again. */
static bool ends_fit(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t n = s->count[tour];
    if (n == 0) return true;
    int64_t first = PAIR(tour, ORDER(tour, 0)), last = PAIR(tour, ORDER(tour, n - 1));
    return (!(first & MAY) || (first & MAY_FIRST)) && (!(last & MAY) || (last & MAY_LAST));
}

/* By how much the visit comes too late between its neighbours to be, links and breaks aside; 0 when it does
   not. */
static tick shortfall_at(const search *s, int64_t visit, int64_t tour, int64_t position) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, site = m->visits[visit].site,
            here = m->tours[tour].start_site, there = m->tours[tour].end_site;
    tick clock = m->tours[tour].start, until = m->tours[tour].hard_end;
    if (position > 0) {
        int64_t before = ORDER(tour, position - 1);
        here = m->visits[before].site;
        clock = s->early[before] + SERVICE(worker, before);
    }
    if (position < s->count[tour]) {
        there = m->visits[ORDER(tour, position)].site;
        until = s->late[ORDER(tour, position)];
    }
    until = sooner(until - TRAVEL(profile, site, there) - SERVICE(worker, visit), m->visits[visit].shuts);
    return later(0, later(clock + TRAVEL(profile, here, site), m->visits[visit].opens) - until);
}

/* The verdict on one position once `without` is gone and `first` is there. Positions count in the order that
   remains. */
static struct place attempt(search *s, int64_t visit, int64_t tour, int64_t position, const int64_t *without,
                            int64_t size, struct spot first) {
    const model *m = s->m;
    int64_t before = true_total(s);
    struct place one = {VERDICT_LAWFUL, tour, position, 0, 0};
    open_backup(&s->iteration);
    open_backup(&s->insertion);
    start_component(s);
    join(s, tour);
    if (first.visit >= 0) join(s, first.tour);
    for (int64_t x = 0; x < size; x++)
        if (s->tour_of[without[x]] >= 0) join(s, s->tour_of[without[x]]);
    close_component(s);
    keep_component(s, 0);
    for (int64_t x = 0; x < size; x++)
        if (s->tour_of[without[x]] >= 0) take(s, without[x]);
    bool fits = true;
    if (first.visit >= 0) {
        fits = put(s, first.visit, first.tour, first.position);
        if (fits) join_ties(s, first.visit);
    }
    one.shortfall = position <= s->count[tour] ? shortfall_at(s, visit, tour, position) : FAR;
    if (position > s->count[tour] || !fits) one.verdict = VERDICT_FULL;
    else if (!worker_fits(s, visit, m->tours[tour].worker)) one.verdict = VERDICT_TIED;
    else if (!put(s, visit, tour, position)) one.verdict = VERDICT_FULL;
    else {
        join_ties(s, visit);
        for (int64_t x = 0; x < s->component_size && one.verdict == VERDICT_LAWFUL; x++)
            if (!ends_fit(s, s->component[x])) one.verdict = VERDICT_ENDS;
        if (one.verdict == VERDICT_LAWFUL && !judge(s))
            one.verdict = settle(s) ? VERDICT_RULE : VERDICT_TIMES;
    }
    one.change = true_total(s) - before;
    restore(s, &s->insertion);
    return one;
}

/* The better of two: lawful and cheaper; else the one that only a rule forbids, then the one that misses by
   least. */
static bool is_better(struct place one, struct place best) {
    if (one.verdict != best.verdict) return one.verdict < best.verdict;
    if (one.verdict == VERDICT_LAWFUL) return one.change < best.change;
    return one.shortfall < best.shortfall;
}

/* The best place of the visit in the tours from `low` to `high`, end excluded: verdict, tour, position,
   change of the true cost, shortfall in `found`. `first`: put somewhere before, visit -1 for none. `anyway`:
   also where a rule forbids the pair. */
void search_place(handle *h, int64_t visit, int64_t low, int64_t high, const int64_t *without, int64_t size,
                  const struct spot *first, bool anyway, struct place *found) {
    search *s = &h->s;
    const model *m = s->m;
    struct place best = {VERDICT_NOWHERE, -1, -1, 0, FAR};
    for (int64_t tour = low; tour < high; tour++) {
        if (!anyway && !(PAIR(tour, visit) & MAY)) continue;
        if (m->tours[tour].hard_end <= m->visits[visit].opens ||
            m->tours[tour].start > m->visits[visit].shuts)
            continue;
        int64_t n = s->count[tour] + (first->visit >= 0 && first->tour == tour);
        for (int64_t x = 0; x < size; x++) n -= s->tour_of[without[x]] == tour;
        for (int64_t position = 0; position <= n; position++) {
            struct place one = attempt(s, visit, tour, position, without, size, *first);
            if (is_better(one, best)) best = one;
        }
    }
    *found = best;
}

static bool is_among(int64_t visit, const int64_t *rows, int64_t size) {
    for (int64_t x = 0; x < size; x++)
        if (rows[x] == visit) return true;
    return false;
}

/* Whether windows and roads alone leave time for the visit at that position of what remains; links and breaks
   only take more. */
static bool has_time(const search *s, int64_t visit, int64_t tour, int64_t position, const int64_t *without,
                     int64_t size) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile,
            here = m->tours[tour].start_site, at = 0;
    tick clock = m->tours[tour].start;
    for (int64_t k = 0; k <= s->count[tour]; k++) {
        bool ends = k == s->count[tour];
        if (!ends && is_among(ORDER(tour, k), without, size)) continue;
        for (int64_t again = at == position ? 0 : 1; again < (ends ? 1 : 2); again++) {
            int64_t next = again ? ORDER(tour, k) : visit;
            tick start = earliest(m, next, worker, clock + TRAVEL(profile, here, m->visits[next].site));
            if (start >= FAR) return false;
            clock = start + SERVICE(worker, next);
            here = m->visits[next].site;
        }
        at++;
    }
    return clock + TRAVEL(profile, here, m->tours[tour].end_site) <= m->tours[tour].hard_end;
}

/* Whether the visit fits into the tour once these are gone. */
static bool fits_without(search *s, int64_t visit, int64_t tour, const int64_t *without, int64_t size) {
    int64_t left = s->count[tour];
    for (int64_t x = 0; x < size; x++) left -= s->tour_of[without[x]] == tour;
    for (int64_t position = 0; position <= left; position++)
        if (has_time(s, visit, tour, position, without, size) &&
            attempt(s, visit, tour, position, without, size, (struct spot){-1, -1, -1}).verdict ==
                VERDICT_LAWFUL)
            return true;
    return false;
}

/* The rows of all sets that go, each once, after the `own` first of `gone`; how many there are then. */
static int64_t all_going(const int64_t *rows, const int64_t *ends, const int64_t *goes, int64_t n,
                         int64_t own, int64_t *gone) {
    int64_t size = own;
    for (int64_t x = 0; x < n; x++)
        for (int64_t y = x ? ends[x - 1] : 0; goes[x] && y < ends[x]; y++)
            if (!is_among(rows[y], gone, size)) gone[size++] = rows[y];
    return size;
}

/* Which of `n` sets of visits have to leave so that the visit fits into the tour, set x ending at `ends[x]`:
   the first that is enough alone, else what no set can stay of, the last ones asked first. `gone` has room
   for every row and holds those that leave anyway, `own` of them. False, and none goes, when all of them are
   not enough. */
bool search_leaving(handle *h, int64_t visit, int64_t tour, const int64_t *rows, const int64_t *ends,
                    int64_t n, int64_t own, int64_t *gone, int64_t *goes) {
    search *s = &h->s;
    const model *m = s->m;
    for (int64_t x = 0; x < n; x++) goes[x] = 0;
    if (!(PAIR(tour, visit) & MAY)) return false;
    for (int64_t x = 0; x < n; x++) {
        goes[x] = 1;
        if (fits_without(s, visit, tour, gone, all_going(rows, ends, goes, n, own, gone))) return true;
        goes[x] = 0;
    }
    for (int64_t x = 0; x < n; x++) goes[x] = 1;
    if (!fits_without(s, visit, tour, gone, all_going(rows, ends, goes, n, own, gone))) {
        for (int64_t x = 0; x < n; x++) goes[x] = 0;
        return false;
    }
    for (int64_t x = n - 1; x >= 0; x--) {
        goes[x] = 0;
        goes[x] = !fits_without(s, visit, tour, gone, all_going(rows, ends, goes, n, own, gone));
    }
    return true;
}
