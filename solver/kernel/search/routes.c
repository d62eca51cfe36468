/* Routes judged: each alone, and two of one worker's day. */
#include "moves.h"

/* Put one route into a tour, unjudged. False when rules forbid one of its pairs, or it holds a visit
   twice. */
static bool put_route(search *s, int64_t tour, const int32_t *route, int64_t count) {
    const model *m = s->m;
    for (int64_t k = 0; k < count; k++)
        if (s->tour_of[route[k]] >= 0 || !(PAIR(tour, route[k]) & MAY) || !put(s, route[k], tour, k))
            return false;
    return true;
}

/* Which routes are lawful, each planned alone, and when the visits of those that are may start. Routes are
   rows of `width`, and so are `early` and `late`. The present plan is nothing afterwards. */
void search_routes(handle *h, int64_t rows, const int64_t *tours, const int32_t *routes,
                   const int64_t *counts, int64_t width, uint8_t *holds, tick *early, tick *late) {
    search *s = &h->s;
    for (int64_t i = 0; i < rows; i++) {
        const int32_t *route = routes + i * width;
        clear(s);
        start_component(s);
        join(s, tours[i]);
        close_component(s);
        holds[i] = put_route(s, tours[i], route, counts[i]) && judge(s);
        for (int64_t k = 0; holds[i] && k < counts[i]; k++) {
            early[i * width + k] = s->early[route[k]];
            late[i * width + k] = s->late[route[k]];
        }
    }
    clear(s);
}

/* Whether a link from the visit to one that nobody does may put it off. */
static bool may_push(const search *s, int64_t r) {
    const model *m = s->m;
    return m->links[r].timed && m->links[r].high < FAR && s->tour_of[m->links[r].other] < 0;
}

static bool may_be_put_off(const search *s, int64_t tour) {
    const model *m = s->m;
    for (int64_t k = 0; k < s->count[tour]; k++)
        for (int64_t r = m->visits[ORDER(tour, k)].first_link; r < m->visits[ORDER(tour, k)].end_link; r++)
            if (may_push(s, r)) return true;
    return false;
}

/* Put the visits of a tour off to their latest starts, as far as links to visits that nobody does may: those
   count as done in the tour `elsewhere`. */
static void put_off(search *s, int64_t tour, int64_t elsewhere) {
    const model *m = s->m;
    for (int64_t k = 0; k < s->count[tour]; k++) {
        int64_t visit = ORDER(tour, k);
        for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
            if (!may_push(s, r)) continue;
            s->early[m->links[r].other] = s->late[visit] + m->links[r].high;
            s->tour_of[m->links[r].other] = elsewhere;
        }
    }
}

/* Two routes in their tours, unjudged, nothing else being planned. */
static bool put_pair(search *s, const int64_t *tours, const int32_t *const *routes, const int64_t *counts) {
    clear(s);
    start_component(s);
    join(s, tours[0]);
    join(s, tours[1]);
    close_component(s);
    return put_route(s, tours[0], routes[0], counts[0]) && put_route(s, tours[1], routes[1], counts[1]);
}

/* Judge two routes in their tours, nothing else being planned. 1: lawful as early as they can start; where
   that breaks a rule (a day that spans too much, say), lawful with the starts put off that links may put off:
   2 of the one, 3 of the other, 4 of both; 0: not lawful. */
static uint8_t pair_holds(search *s, const int64_t *tours, const int32_t *const *routes,
                          const int64_t *counts) {
    int64_t elsewhere = 0;
    while (elsewhere == tours[0] || elsewhere == tours[1]) elsewhere++;
    if (!put_pair(s, tours, routes, counts)) return 0;
    if (judge(s)) return 1;
    bool may[2] = {may_be_put_off(s, tours[0]), may_be_put_off(s, tours[1])};
    for (uint8_t late = 1; late < 4 && elsewhere < s->m->tours_n; late++) {
        if ((late & 1 && !may[0]) || (late & 2 && !may[1])) continue;
        put_pair(s, tours, routes, counts);
        judge(s); /* for the latest starts */
        for (int64_t x = 0; x < 2; x++) {
            s->stale[tours[x]] = true;
            if (late >> x & 1) put_off(s, tours[x], elsewhere);
        }
        if (judge(s)) return 1 + late;
    }
    return 0;
}

/* Which routes of one tour are lawful beside which of another (`pair_holds`): `holds` is (ones, others).
   Routes are rows of `width`. The present plan is nothing afterwards. */
void search_pairs(handle *h, const int64_t *tours, const int64_t *rows, const int32_t *ones,
                  const int64_t *one_counts, const int32_t *others, const int64_t *other_counts,
                  int64_t width, uint8_t *holds) {
    search *s = &h->s;
    for (int64_t i = 0; i < rows[0]; i++)
        for (int64_t j = 0; j < rows[1]; j++) {
            const int32_t *routes[2] = {ones + i * width, others + j * width};
            int64_t counts[2] = {one_counts[i], other_counts[j]};
            holds[i * rows[1] + j] = pair_holds(s, tours, routes, counts);
        }
    clear(s);
}
