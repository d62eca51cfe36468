/* Tiny days proven: every way to give visits to tours, in every order, that could still beat the best plan
   known.

   Visits come in one after the other: left out, or at a position of a tour. So each set of orders is reached
   once, and what is decided bounds all that follows: penalties of what is left out, and the legs, which
   further stops only lengthen where a leg is never longer than a detour. Windows cut in the same way. Breaks,
   links and the days' limits are judged when all is placed, since a further visit may mend them. */
#include "exact.h"
#include "lns.h"
#include "moves.h"
#include "../timing/timing.h"

#define LEAST_TICKS(e, p, i, j) ((tick)(e)->ticks[((p) * m->sites_n + (i)) * m->sites_n + (j)])
#define LEAST_ROAD(e, p, i, j) ((e)->roads[((p) * m->sites_n + (i)) * m->sites_n + (j)])

/* Least cost of the tour's legs and pairs as it stands, whatever comes between; -1 when windows rule the
   order out. */
static int64_t least_of_tour(const enumeration *e, int64_t tour) {
    const search *s = e->s;
    const model *m = s->m;
    int64_t profile = m->tours[tour].profile, worker = m->tours[tour].worker,
            here = m->tours[tour].start_site, n = s->count[tour];
    tick clock = m->tours[tour].start;
    if (n == 0) return 0;
    int64_t cost = m->weights->used_worker;
    for (int64_t k = 0; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        tick start = earliest(m, visit, worker, clock + LEAST_TICKS(e, profile, here, site));
        if (start >= FAR) return -1;
        cost += LEAST_ROAD(e, profile, here, site) + PAIR_PRICE(tour, visit);
        clock = start + SERVICE(worker, visit);
        here = site;
    }
    if (clock + LEAST_TICKS(e, profile, here, m->tours[tour].end_site) > m->tours[tour].hard_end) return -1;
    return cost + LEAST_ROAD(e, profile, here, m->tours[tour].end_site);
}

/* Judge the orders as they stand; what is better is kept. */
static void judge_leaf(enumeration *e) {
    search *s = e->s;
    const model *m = s->m;
    for (int64_t v = 0; v < m->visits_n; v++)
        if (s->tour_of[v] >= 0 && (lone_half(s, v) || !worker_fits(s, v, m->tours[s->tour_of[v]].worker)))
            return;
    start_component(s);
    for (int64_t tour = 0; tour < m->tours_n; tour++) {
        join(s, tour);
        s->stale[tour] = true;
    }
    if (judge(s) && true_total(s) < s->best_true) {
        keep_best(s);
        e->found += 1;
    }
}

/* Decide the visits from `next` on. `left_out`: penalties so far; `driven`: least cost of the tours, each in
   `least`. False once no node is left. */
SHARED bool decide(enumeration *e, int64_t next, int64_t left_out, int64_t driven, int64_t *least) {
    search *s = e->s;
    const model *m = s->m;
    if (left_out + driven >= s->best_true) return true;
    if (e->left-- <= 0) return false;
    if (next == m->visits_n) {
        judge_leaf(e);
        return true;
    }
    int64_t visit = e->sequence[next];
    for (int64_t tour = 0; tour < m->tours_n; tour++) {
        if (!(PAIR(tour, visit) & MAY) || s->count[tour] >= m->tours[tour].most_visits) continue;
        int64_t was = least[tour];
        for (int64_t k = 0; k <= s->count[tour]; k++) {
            put(s, visit, tour, k);
            least[tour] = least_of_tour(e, tour);
            bool whole = least[tour] < 0 || decide(e, next + 1, left_out, driven - was + least[tour], least);
            take(s, visit);
            least[tour] = was;
            if (!whole) return false;
        }
    }
    return m->visits[visit].is_pinned ||
           decide(e, next + 1, left_out + m->visits[visit].penalty, driven, least);
}
