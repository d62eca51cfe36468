/* The last pass: whatever one lawful insertion still covers, every tour and position judged exactly, visits
   that are covered together or not at all inserted at once. Search looks at the cheapest few places only;
   this proves that nothing is left. */
#include <stdlib.h>
#include "complete.h"
#include "insertion.h"
#include "lns.h"
#include "moves.h"
#include "../timing/timing.h"

/* A place that windows and the order around it allow, breaks and links aside, and when the visit could start
   there. */
typedef struct {
    int64_t tour, position;
    tick from, until;
} room;

/* What no break or link can better: earliest starts of the stops before each position, latest of those from
   it on. Both hold whatever is done elsewhere, since the stops before a position stay in their order, and so
   do those after it. */
static void bound_starts(const search *s, int64_t tour, tick *soonest, tick *latest_at) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, n = s->count[tour],
            here = m->tours[tour].start_site;
    tick clock = m->tours[tour].start;
    for (int64_t k = 0; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        soonest[k] = clock >= FAR ? FAR : earliest(m, visit, worker, clock + TRAVEL(profile, here, site));
        clock = soonest[k] >= FAR ? FAR : soonest[k] + SERVICE(worker, visit);
        here = site;
    }
    clock = m->tours[tour].hard_end;
    here = m->tours[tour].end_site;
    for (int64_t k = n - 1; k >= 0; k--) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        latest_at[k] =
            clock <= -FAR
                ? -FAR
                : latest(m, visit, worker, clock - TRAVEL(profile, site, here) - SERVICE(worker, visit));
        clock = latest_at[k];
        here = site;
    }
}

/* The rooms of a visit in one tour, added to `rooms`; returns how many there are then. */
static int64_t add_rooms(search *s, int64_t visit, int64_t tour, room *rooms, int64_t size) {
    const model *m = s->m;
    tick soonest[LONGEST_TOUR + 2], latest_at[LONGEST_TOUR + 2];
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, site = m->visits[visit].site,
            n = s->count[tour];
    if (!(PAIR(tour, visit) & MAY) || n >= m->tours[tour].most_visits) return size;
    bound_starts(s, tour, soonest, latest_at);
    for (int64_t k = 0; k <= n; k++) {
        int64_t here = k ? m->visits[ORDER(tour, k - 1)].site : m->tours[tour].start_site;
        int64_t there = k < n ? m->visits[ORDER(tour, k)].site : m->tours[tour].end_site;
        tick clock = k ? soonest[k - 1] + SERVICE(worker, ORDER(tour, k - 1)) : m->tours[tour].start;
        tick until = (k < n ? latest_at[k] : m->tours[tour].hard_end) - TRAVEL(profile, site, there) -
                     SERVICE(worker, visit);
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

#define LARGEST_GROUP 6
#define MOST_TRIES 200000 /* of three visits and more: some seconds at the worst */

/* Uncovered visits of which none may be covered without the others, each tried behind those before it: its
   position counts with them in. `best`: the cheapest lawful rooms so far. */
typedef struct {
    int64_t visits[LARGEST_GROUP], size, cost, tries;
    room at[LARGEST_GROUP], best[LARGEST_GROUP];
} group;

/* The visit and all that ties tell to be covered with it; false when they are too many. */
static bool gather(const search *s, int64_t visit, group *g) {
    const model *m = s->m;
    g->visits[0] = visit;
    g->size = 1;
    for (int64_t k = 0; k < g->size; k++)
        for (int64_t r = m->visits[g->visits[k]].first_link; r < m->visits[g->visits[k]].end_link; r++) {
            int64_t other = m->links[r].other, x = 0;
            if (!m->links[r].together || s->tour_of[other] >= 0) continue;
            while (x < g->size && g->visits[x] != other) x++;
            if (x < g->size) continue;
            if (g->size == LARGEST_GROUP) return false;
            g->visits[g->size++] = other;
        }
    return true;
}

/* Put the whole group there; false, and nothing changed, when that is not lawful. */
static bool put_judged(search *s, const group *g, const room *at) {
    const model *m = s->m;
    open_backup(&s->iteration);
    open_backup(&s->insertion);
    start_component(s);
    for (int64_t k = 0; k < g->size; k++) join(s, at[k].tour);
    close_component(s);
    keep_component(s, 0);
    bool lawful = true;
    for (int64_t k = 0; lawful && k < g->size; k++) {
        lawful = worker_fits(s, g->visits[k], m->tours[at[k].tour].worker) &&
                 put(s, g->visits[k], at[k].tour, at[k].position);
        if (lawful) join_ties(s, g->visits[k]);
    }
    lawful = lawful && judge(s);
    if (!lawful) restore(s, &s->insertion);
    return lawful;
}

/* Judge the orders as they stand, with the group in; they are left as they were. */
static void compare(search *s, group *g) {
    for (int64_t k = g->size - 1; k >= 0; k--) take(s, g->visits[k]);
    if (put_judged(s, g, g->at)) {
        int64_t cost = true_total(s);
        restore(s, &s->insertion);
        if (cost < g->cost) {
            g->cost = cost;
            for (int64_t k = 0; k < g->size; k++) g->best[k] = g->at[k];
        }
    }
    for (int64_t k = 0; k < g->size; k++) put(s, g->visits[k], g->at[k].tour, g->at[k].position);
}

/* Whether two starts can keep the link between them. */
static bool can_keep(const model *m, int64_t r, room one, room two) {
    if (!m->links[r].timed) return true;
    tick start = later(one.from, two.from - m->links[r].high),
         other = later(two.from, start + m->links[r].low);
    return start <= one.until && other <= two.until;
}

/* Whether the k-th visit could keep its links to those before it. What a room allows was told before the
   visits after it came in: it holds as long as none of them shares its tour. */
static bool keeps_links(const search *s, const group *g, int64_t k) {
    const model *m = s->m;
    for (int64_t r = m->visits[g->visits[k]].first_link; r < m->visits[g->visits[k]].end_link; r++)
        for (int64_t x = 0; x < k; x++) {
            bool alone = g->visits[x] == m->links[r].other;
            for (int64_t y = x + 1; alone && y <= k; y++) alone = g->at[y].tour != g->at[x].tour;
            if (alone && !can_keep(m, r, g->at[k], g->at[x])) return false;
        }
    return true;
}

/* Try every room of the k-th visit and, behind each, of those after it. `rooms`: `stride` for each visit. */
static void try_rooms(search *s, group *g, int64_t k, room *rooms, int64_t stride) {
    const model *m = s->m;
    if (k == g->size) {
        g->tries += 1;
        compare(s, g);
        return;
    }
    room *own = rooms + k * stride;
    int64_t size = rooms_of(s, g->visits[k], own);
    for (int64_t x = 0; x < size && (g->size <= 2 || g->tries < MOST_TRIES); x++) {
        g->at[k] = own[x];
        if (!worker_fits(s, g->visits[k], m->tours[own[x].tour].worker) || !keeps_links(s, g, k)) continue;
        put(s, g->visits[k], own[x].tour, own[x].position);
        try_rooms(s, g, k + 1, rooms, stride);
        take(s, g->visits[k]);
    }
}

/* Cover the visit, and those that come with it, at the best lawful places anywhere, where that lowers the
   plan's cost. Returns whether it is covered now. */
static bool cover(search *s, int64_t visit, room *rooms, int64_t stride) {
    group g = {.cost = true_total(s)};
    int64_t before = g.cost;
    if (!gather(s, visit, &g)) return false;
    try_rooms(s, &g, 0, rooms, stride);
    return g.cost < before && put_judged(s, &g, g.best);
}

/* Cover what one lawful insertion can, the dearest visits first, until none is left; the present plan and the
   best one then hold them. Returns how many insertions that took; -1 without memory. */
SHARED int64_t complete(search *s) {
    const model *m = s->m;
    int64_t stride = m->tours_n * (s->length + 1);
    room *rooms = malloc((size_t)(LARGEST_GROUP * stride) * sizeof *rooms);
    if (!rooms) return -1;
    int64_t times = 0;
    for (bool again = true; again;) {
        again = false;
        s->absent_size = 0;
        for (int64_t v = 0; v < m->visits_n; v++) {
            s->key[v] = -(double)m->visits[v].penalty;
            if (s->tour_of[v] < 0) s->absent[s->absent_size++] = v;
        }
        sort_by_key(s->absent, s->key, s->absent_size);
        for (int64_t x = 0; x < s->absent_size; x++)
            if (s->tour_of[s->absent[x]] < 0 && cover(s, s->absent[x], rooms, stride)) {
                times += 1;
                again = true;
            }
    }
    free(rooms);
    keep_best(s);
    return times;
}
