/* The last pass: whatever one lawful insertion still covers, every tour and position judged exactly, two visits at once where
   neither may be covered without the other. Search looks at the cheapest few places only; this proves that nothing is left. */
#include <stdlib.h>
#include "model.h"

/* A place that windows and the order around it allow, breaks and links aside, and when the visit could start there. */
typedef struct {
    int64_t tour, position;
    tick from, until;
} room;

/* What no break or link can better: earliest starts of the stops before each position, latest of those from it on. Both hold
   whatever is done elsewhere, since the stops before a position stay in their order, and so do those after it. */
static void bound_starts(const search *s, int64_t tour, tick *soonest, tick *latest_at) {
    const model *m = s->m;
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), n = s->count[tour], here = TOUR(tour, T_OUT);
    tick clock = TOUR(tour, T_START);
    for (int64_t k = 0; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = VISIT(visit, V_SITE);
        soonest[k] = clock >= FAR ? FAR : earliest(m, visit, worker, clock + TRAVEL(profile, here, site));
        clock = soonest[k] >= FAR ? FAR : soonest[k] + VISIT(visit, V_DUR);
        here = site;
    }
    clock = TOUR(tour, T_HARD);
    here = TOUR(tour, T_IN);
    for (int64_t k = n - 1; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), site = VISIT(visit, V_SITE);
        latest_at[k] = clock <= -FAR ? -FAR : latest(m, visit, worker, clock - TRAVEL(profile, site, here) - VISIT(visit, V_DUR));
        clock = latest_at[k];
        here = site;
    }
}

/* The rooms of a visit in one tour, added to `rooms`; returns how many there are then. */
static int64_t add_rooms(search *s, int64_t visit, int64_t tour, room *rooms, int64_t size) {
    const model *m = s->m;
    tick soonest[LONGEST_TOUR + 2], latest_at[LONGEST_TOUR + 2];
    int64_t worker = TOUR(tour, T_WORKER), profile = TOUR(tour, T_PROFILE), site = VISIT(visit, V_SITE), n = s->count[tour];
    if (!(PAIR(tour, visit) & MAY) || n >= TOUR(tour, T_BOUND)) return size;
    bound_starts(s, tour, soonest, latest_at);
    for (int64_t k = 0; k <= n; k++) {
        int64_t here = k ? VISIT(ORDER(tour, k - 1), V_SITE) : TOUR(tour, T_OUT);
        int64_t there = k < n ? VISIT(ORDER(tour, k), V_SITE) : TOUR(tour, T_IN);
        tick clock = k ? soonest[k - 1] + VISIT(ORDER(tour, k - 1), V_DUR) : TOUR(tour, T_START);
        tick until = (k < n ? latest_at[k] : TOUR(tour, T_HARD)) - TRAVEL(profile, site, there) - VISIT(visit, V_DUR);
        tick start = earliest(m, visit, worker, clock + TRAVEL(profile, here, site));
        if (start <= until && start < FAR) rooms[size++] = (room){tour, k, start, until};
    }
    return size;
}

static int64_t rooms_of(search *s, int64_t visit, room *rooms) {
    int64_t size = 0;
    for (int64_t tour = 0; tour < s->m->tours_n; tour++) size = add_rooms(s, visit, tour, rooms, size);
    return size;
}

/* Put the visit there, and `other` too when it is one (its position counts with the visit in); false, and nothing changed, when
   that is not lawful. */
static bool put_judged(search *s, int64_t visit, room one, int64_t other, room two) {
    const model *m = s->m;
    open_backup(&s->iteration);
    open_backup(&s->insertion);
    start_component(s);
    join(s, one.tour);
    if (other >= 0) join(s, two.tour);
    close_component(s);
    keep_component(s, 0);
    bool lawful = worker_fits(s, visit, TOUR(one.tour, T_WORKER)) && put(s, visit, one.tour, one.position);
    if (lawful) join_ties(s, visit);
    if (lawful && other >= 0) {
        lawful = worker_fits(s, other, TOUR(two.tour, T_WORKER)) && put(s, other, two.tour, two.position);
        if (lawful) join_ties(s, other);
    }
    lawful = lawful && !lone_half(s, visit) && judge(s);
    if (!lawful) restore(s, &s->insertion);
    return lawful;
}

/* The cheapest lawful place found so far. */
typedef struct {
    int64_t cost;
    room one, two;
} best_room;

static void compare(search *s, int64_t visit, room one, int64_t other, room two, best_room *best) {
    if (!put_judged(s, visit, one, other, two)) return;
    int64_t cost = true_total(s);
    restore(s, &s->insertion);
    if (cost < best->cost) *best = (best_room){cost, one, two};
}

/* Whether two starts can keep the link between them. */
static bool can_keep(const model *m, int64_t r, room one, room two) {
    if (!LINK(r, L_TIMED)) return true;
    tick start = later(one.from, two.from - LINK(r, L_HIGH)), other = later(two.from, start + LINK(r, L_LOW));
    return start <= one.until && other <= two.until;
}

/* The places of a visit and of the one it must be covered together with, by link row `r`. */
static void compare_pairs(search *s, int64_t visit, int64_t r, room *ones, room *twos, best_room *best) {
    const model *m = s->m;
    int64_t other = LINK(r, L_OTHER), wanted = LINK(r, L_WORKER), size = rooms_of(s, visit, ones), second = rooms_of(s, other, twos);
    for (int64_t i = 0; i < size; i++) {
        int64_t worker = TOUR(ones[i].tour, T_WORKER);
        for (int64_t j = 0; j < second; j++) {
            bool same = worker == TOUR(twos[j].tour, T_WORKER);
            if (wanted != 0 && same != (wanted == SAME)) continue;
            if (ones[i].tour != twos[j].tour && !can_keep(m, r, ones[i], twos[j])) continue;
            compare(s, visit, ones[i], other, twos[j], best);
            if (ones[i].tour != twos[j].tour || twos[j].position < ones[i].position) continue;
            room after = twos[j]; /* in one tour: behind the visit too */
            after.position += 1;
            compare(s, visit, ones[i], other, after, best);
        }
    }
}

/* Cover the visit at its best lawful place anywhere, where that lowers the plan's cost. Returns whether it is covered now. */
static bool cover(search *s, int64_t visit, room *ones, room *twos) {
    const model *m = s->m;
    best_room best = {.cost = true_total(s)};
    int64_t r = partner_wanted(s, visit), before = best.cost, other = r < 0 ? -1 : LINK(r, L_OTHER);
    if (r < 0) {
        int64_t size = rooms_of(s, visit, ones);
        for (int64_t x = 0; x < size; x++) compare(s, visit, ones[x], -1, ones[x], &best);
    } else {
        compare_pairs(s, visit, r, ones, twos, &best);
    }
    return best.cost < before && put_judged(s, visit, best.one, other, best.two);
}

/* Cover what one lawful insertion can, the dearest visits first, until none is left; the present plan and the best one then hold
   them. Returns how many insertions that took; -1 without memory. */
static int64_t complete(search *s) {
    const model *m = s->m;
    size_t most = (size_t)(m->tours_n * (s->length + 1));
    room *ones = malloc(2 * most * sizeof *ones);
    if (!ones) return -1;
    int64_t times = 0;
    for (bool again = true; again;) {
        again = false;
        s->absent_size = 0;
        for (int64_t v = 0; v < m->visits_n; v++) {
            s->key[v] = -(double)VISIT(v, V_PEN);
            if (s->tour_of[v] < 0) s->absent[s->absent_size++] = v;
        }
        sort_by_key(s->absent, s->key, s->absent_size);
        for (int64_t x = 0; x < s->absent_size; x++)
            if (s->tour_of[s->absent[x]] < 0 && cover(s, s->absent[x], ones, ones + most)) {
                times += 1;
                again = true;
            }
    }
    free(ones);
    keep_best(s);
    return times;
}
