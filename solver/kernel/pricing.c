/* Pricing for column generation: the tours of least reduced cost, by labels over visits and times.

   A label is a partial tour: last visit, its start, reduced cost, the label it extends. Labels are taken in buckets of time
   narrower than the shortest service, so that a bucket is final once reached. Elementary tours (no visit twice) as in Feillet
   et al. (2004), Networks 44(3); ancestors are walked instead of kept as sets, which pays because windows are narrow.

   Cuts (engines/cuts.py) are sets of three visits of which plans hold two or more in one tour at most; a label remembers the
   cuts of which it holds an odd number, and pays at the second. Jepsen et al. (2008), Operations Research 56(2).

   A meal that the availability requires is in the label too: eaten by now, or still owed.

   What the relaxed tour leaves out (docs/solver.md): other breaks, waiting and gap prices, links, limits of days and weeks. Each
   only adds cost, forbids or puts starts off, so the least reduced cost found exactly is a bound on that of lawful tours. A start
   put off can be late in one window and on time in the next: tours pay the least lateness from their start on. */
#include <stdlib.h>
#include <string.h>
#include "model.h"

enum { EXACT, COARSE, FINE };
#define DEAREST (INT64_MAX / 4)

enum { CUT_WORDS = 2, MOST_CUTS = 64 * CUT_WORDS };

typedef struct {
    uint64_t bits[CUT_WORDS];
} cut_set;

typedef struct {
    tick start;
    int64_t cost;
    int32_t visit, parent, at_visit, in_bucket;
    bool alive, fed;
    cut_set odd;
} label;

typedef struct {
    const model *m;
    const int32_t *shortest; /* least travel with detours allowed, shaped as the model's: who is out of reach stays so */
    int64_t capacity, size, buckets;
    label *labels;
    int32_t *head, *bucket, *order;
    int64_t cuts;
    cut_set *cuts_of; /* of each visit */
    int32_t cut_visits[MOST_CUTS][3];
    int64_t cut_price[MOST_CUTS];
} pricer;

/* Least time between two starts, hence the width of a bucket. */
static tick bucket_width(const model *m) {
    tick least = FAR;
    for (int64_t v = 0; v < m->visits_n; v++) least = sooner(least, VISIT(v, V_DUR));
    return later(1, least);
}

void pricer_free(pricer *p) {
    if (!p) return;
    free(p->labels);
    free(p->head);
    free(p->order);
    free(p->bucket);
    free(p->cuts_of);
    free(p);
}

pricer *pricer_new(const model *m, const int32_t *shortest, int64_t capacity) {
    tick longest = 0;
    for (int64_t t = 0; t < m->tours_n; t++) longest = later(longest, TOUR(t, T_HARD) - TOUR(t, T_START));
    pricer *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->m = m;
    p->shortest = shortest;
    p->capacity = capacity;
    p->buckets = longest / bucket_width(m) + 2;
    p->labels = malloc((size_t)capacity * sizeof *p->labels);
    p->head = malloc((size_t)m->visits_n * sizeof *p->head);
    p->order = malloc((size_t)m->visits_n * sizeof *p->order);
    p->bucket = malloc((size_t)p->buckets * sizeof *p->bucket);
    p->cuts_of = calloc((size_t)later(1, m->visits_n), sizeof *p->cuts_of);
    if (p->labels && p->head && p->order && p->bucket && p->cuts_of) return p;
    pricer_free(p);
    return NULL;
}

/* The cuts that have a price from now on: `visits` three a cut, `price` above 0; at most MOST_CUTS. */
void pricer_cut(pricer *p, int64_t cuts, const int32_t *visits, const int64_t *price) {
    memset(p->cuts_of, 0, (size_t)p->m->visits_n * sizeof *p->cuts_of);
    p->cuts = cuts < MOST_CUTS ? cuts : MOST_CUTS;
    for (int64_t c = 0; c < p->cuts; c++) {
        p->cut_price[c] = price[c];
        for (int k = 0; k < 3; k++) {
            p->cut_visits[c][k] = visits[3 * c + k];
            p->cuts_of[visits[3 * c + k]].bits[c / 64] |= (uint64_t)1 << (c % 64);
        }
    }
}

/* Whether `other` is still open to who leaves `visit` at `end`, by whatever way. */
static bool is_open(const pricer *p, int64_t profile, int64_t visit, tick end, int64_t other) {
    const model *m = p->m;
    int64_t leg = (profile * m->travel_d1 + VISIT(visit, V_SITE)) * m->travel_d1 + VISIT(other, V_SITE);
    return end + p->shortest[leg] <= VISIT(other, V_SHUT);
}

/* What the cuts in `some` that are also in `others` (or, with `inside` false, are not) cost together. */
static int64_t cuts_price(const pricer *p, const cut_set *some, const cut_set *others, bool inside) {
    int64_t price = 0;
    for (int w = 0; w < CUT_WORDS; w++) {
        uint64_t left = inside ? some->bits[w] & others->bits[w] : some->bits[w] & ~others->bits[w];
        for (; left; left &= left - 1) price += p->cut_price[64 * w + __builtin_ctzll(left)];
    }
    return price;
}

/* The odd cuts after one more visit, without those that no later visit can complete: leaving `visit` at `end`. */
static cut_set cuts_after(const pricer *p, const cut_set *odd, int64_t profile, int64_t visit, tick end) {
    cut_set found;
    for (int w = 0; w < CUT_WORDS; w++) {
        found.bits[w] = odd->bits[w] ^ p->cuts_of[visit].bits[w];
        for (uint64_t left = found.bits[w]; left; left &= left - 1) {
            int bit = __builtin_ctzll(left);
            const int32_t *members = p->cut_visits[64 * w + bit];
            bool open = false;
            for (int k = 0; k < 3 && !open; k++)
                open = members[k] != visit && is_open(p, profile, visit, end, members[k]);
            if (!open) found.bits[w] &= ~((uint64_t)1 << bit);
        }
    }
    return found;
}

/* The meal that the tour owes whatever its hosts; NULL for none. */
static const int64_t *meal_owed(const model *m, int64_t tour) {
    const int64_t *rows = m->breaks + tour * m->short_gap_d1 * B_COLUMNS;
    for (int64_t hosts = 1; hosts < m->short_gap_d1; hosts++)
        if (!rows[hosts * B_COLUMNS + B_OWN] || !rows[hosts * B_COLUMNS + B_OWN_REQUIRED]) return NULL;
    return m->short_gap_d1 > 1 ? rows + B_COLUMNS : NULL;
}

/* Arrival over `leg` with the meal on the way, or at home before the first one; FAR when it is too late to eat. */
static tick arrival_fed(const int64_t *meal, bool at_home, tick left, tick leg) {
    tick begin = later(left, meal[B_OWN_FROM]);
    if (begin > meal[B_OWN_TO]) return FAR;
    return meal[B_OWN] + (at_home ? begin + leg : later(left + leg, meal[B_OWN_FROM]));
}

/* Whether it may be had at home from `back` on; a return before its hours may be put off. */
static bool fed_after(const int64_t *meal, const model *m, int64_t tour, tick back) {
    return back <= meal[B_OWN_TO] && back + meal[B_OWN] <= TOUR(tour, T_END);
}

/* What a tour costs beyond its legs and pairs when it ends at `back`. */
static int64_t overtime_cost(const model *m, int64_t tour, tick back) {
    return WEIGHT(C_OVERTIME) * later(0, back - TOUR(tour, T_END));
}

/* Visits that the tour may hold, sorted by the opening of their first window. */
static int64_t admissible(pricer *p, int64_t tour) {
    const model *m = p->m;
    int64_t n = 0;
    for (int64_t v = 0; v < m->visits_n; v++) {
        p->head[v] = -1;
        if (!(PAIR(tour, v) & MAY)) continue;
        int64_t k = n++;
        for (; k > 0 && VISIT(p->order[k - 1], V_OPEN) > VISIT(v, V_OPEN); k--) p->order[k] = p->order[k - 1];
        p->order[k] = (int32_t)v;
    }
    return n;
}

/* Whether the partial tour `at` already holds `visit`; starts before its opening cannot. */
static bool holds(const pricer *p, int32_t at, int64_t visit) {
    const model *m = p->m;
    for (; at >= 0 && p->labels[at].start >= VISIT(visit, V_OPEN); at = p->labels[at].parent)
        if (p->labels[at].visit == visit) return true;
    return false;
}

/* Whether a link keeps its two visits out of one tour: they are for different people, or start so close that one person
   cannot serve both. */
static bool parts(const model *m, int64_t visit, int64_t r) {
    if (LINK(r, L_WORKER) == DIFFERENT) return true;
    return LINK(r, L_TIMED) && LINK(r, L_LOW) > -VISIT(LINK(r, L_OTHER), V_DUR) && LINK(r, L_HIGH) < VISIT(visit, V_DUR);
}

/* Whether the partial tour `at` holds a visit that a link keeps out of the tour of `visit`. */
static bool is_barred(const pricer *p, int32_t at, int64_t visit) {
    const model *m = p->m;
    for (int64_t r = VISIT(visit, V_LINK0); r < VISIT(visit, V_LINK1); r++)
        if (parts(m, visit, r) && holds(p, at, LINK(r, L_OTHER))) return true;
    return false;
}

/* Whether a tour with `behind` behind it that leaves `visit` at `end` or later misses anything for that: the visit itself, or one
   that a link keeps out of its tour. */
static bool misses(const pricer *p, int64_t profile, int64_t visit, tick end, int64_t behind) {
    const model *m = p->m;
    if (is_open(p, profile, visit, end, behind)) return true;
    for (int64_t r = VISIT(behind, V_LINK0); r < VISIT(behind, V_LINK1); r++)
        if (parts(m, behind, r) && is_open(p, profile, visit, end, LINK(r, L_OTHER))) return true;
    return false;
}

/* Whether everything that the label (parent `parent`, at `visit` from `start`) could still do, the other label at the same
   visit from `since` with parent `rival` could do too: no visit that the first has behind it is still open to the second. */
static bool frees_as_much(const pricer *p, int64_t profile, int32_t parent, tick start, int32_t rival, tick since, int64_t visit) {
    const model *m = p->m;
    tick end = later(start, since) + VISIT(visit, V_DUR);
    for (int32_t at = parent; at >= 0; at = p->labels[at].parent) {
        int64_t behind = p->labels[at].visit;
        if (!misses(p, profile, visit, end, behind)) continue;
        bool shared = false;
        for (int32_t r = rival; r >= 0 && !shared; r = p->labels[r].parent) shared = p->labels[r].visit == behind;
        if (!shared) return false;
    }
    return true;
}

/* Insert a label unless another at its visit is at least as good; drops those it makes useless. False when full. */
static bool add_label(pricer *p, int64_t tour, int64_t visit, tick start, int64_t cost, int32_t parent, bool fed, const cut_set *odd,
                      int mode, tick width) {
    const model *m = p->m;
    int64_t profile = TOUR(tour, T_PROFILE);
    tick slack = mode == COARSE ? SCALAR(X_HORIZON) / 144 : SCALAR(X_HORIZON) / 360;
    int32_t before = -1, next;
    for (int32_t q = p->head[visit]; q >= 0; q = next) {
        label *other = &p->labels[q];
        next = other->at_visit;
        bool drop = !other->alive, replaces = fed >= other->fed;
        if (!drop && mode != EXACT) {
            if (other->fed >= fed && other->cost <= cost && other->start <= start + slack) return true;
            drop = replaces && cost <= other->cost && start <= other->start + slack;
        } else if (!drop && other->fed >= fed && other->start <= start && other->cost + cuts_price(p, &other->odd, odd, false) <= cost) {
            if (frees_as_much(p, profile, other->parent, other->start, parent, start, visit)) return true;
        } else if (!drop && replaces && start <= other->start && cost + cuts_price(p, odd, &other->odd, false) <= other->cost) {
            drop = frees_as_much(p, profile, parent, start, other->parent, other->start, visit);
        }
        if (!drop) {
            before = q;
            continue;
        }
        other->alive = false;
        if (before < 0)
            p->head[visit] = next;
        else
            p->labels[before].at_visit = next;
    }
    if (p->size >= p->capacity) return false;
    int64_t b = (start - TOUR(tour, T_START)) / width;
    int32_t row = (int32_t)p->size++;
    p->labels[row] = (label){start, cost, (int32_t)visit, parent, p->head[visit], p->bucket[b], true, fed, *odd};
    p->head[visit] = row;
    p->bucket[b] = row;
    return true;
}

/* Extend a label (or the start of the tour, -1) to every visit it can reach. */
static bool extend(pricer *p, int64_t tour, int32_t from, int64_t n, const int64_t *dual, int64_t fixed, int mode, int64_t grain, tick width, tick widest) {
    const model *m = p->m;
    const int64_t *meal = from >= 0 && p->labels[from].fed ? NULL : meal_owed(m, tour);
    int64_t profile = TOUR(tour, T_PROFILE), worker = TOUR(tour, T_WORKER), here = TOUR(tour, T_OUT), cost = fixed;
    tick clock = TOUR(tour, T_START);
    if (from >= 0) {
        const label *l = &p->labels[from];
        here = VISIT(l->visit, V_SITE);
        clock = l->start + VISIT(l->visit, V_DUR);
        cost = l->cost;
    }
    int64_t low = 0, high = n; /* the first visit whose last window may still be open */
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (VISIT(p->order[mid], V_OPEN) < clock - widest)
            low = mid + 1;
        else
            high = mid;
    }
    static const cut_set none = {{0}};
    const cut_set *odd = from >= 0 ? &p->labels[from].odd : &none;
    tick patience = mode == COARSE && from >= 0 ? clock + SCALAR(X_HORIZON) / 10 : FAR;
    for (int64_t x = low; x < n; x++) {
        int64_t visit = p->order[x], site = VISIT(visit, V_SITE);
        if (VISIT(visit, V_OPEN) > patience) break;
        if (from < 0 && !(PAIR(tour, visit) & MAY_FIRST)) continue;
        if (from >= 0 && p->labels[from].visit == visit) continue;
        tick leg = TRAVEL(profile, here, site);
        if (clock + leg > VISIT(visit, V_SHUT)) continue;
        if (from >= 0 && (holds(p, p->labels[from].parent, visit) || is_barred(p, from, visit))) continue;
        for (int eats = 0; eats < (meal ? 2 : 1); eats++) {
            tick start = earliest(m, visit, worker, eats ? arrival_fed(meal, from < 0, clock, leg) : clock + leg);
            if (start >= FAR || start + VISIT(visit, V_DUR) > TOUR(tour, T_HARD)) continue;
            int64_t price = cost - dual[visit];
            if (grain)
                price += grain * (LEG_COST(profile, here, site) + PAIR_PRICE(tour, visit) + WEIGHT(C_LATE) * least_lateness(m, visit, start));
            cut_set after = none;
            if (p->cuts) {
                price += cuts_price(p, odd, &p->cuts_of[visit], true);
                after = cuts_after(p, odd, profile, visit, start + VISIT(visit, V_DUR));
            }
            if (!add_label(p, tour, visit, start, price, from, !meal || eats, &after, mode, width)) return false;
        }
    }
    return true;
}

/* Cost of ending the tour after a label; DEAREST when it may not end there. */
static int64_t closing(const pricer *p, int64_t tour, const label *l, int64_t grain) {
    const model *m = p->m;
    int64_t profile = TOUR(tour, T_PROFILE), site = VISIT(l->visit, V_SITE);
    tick back = l->start + VISIT(l->visit, V_DUR) + TRAVEL(profile, site, TOUR(tour, T_IN));
    if (back > TOUR(tour, T_HARD) || !(PAIR(tour, l->visit) & MAY_LAST)) return DEAREST;
    if (!l->fed && !fed_after(meal_owed(m, tour), m, tour, back)) return DEAREST;
    return l->cost + (grain ? grain * (LEG_COST(profile, site, TOUR(tour, T_IN)) + overtime_cost(m, tour, back)) : 0);
}

/* Price one tour. Duals and results are in `grain`-ths of a cost unit, so that rounding them costs next to nothing; grain 0
   prices coverage alone. Writes up to `most` routes of reduced cost below `below` (one a last visit, cheapest first) and the least
   reduced cost, at most 0 (no route), to `best`. Returns the number of routes, or -1 when labels ran out (no bound then). */
int64_t price_tour(pricer *p, int64_t tour, const int64_t *dual, int64_t sigma, int mode, int64_t grain, int64_t most, int64_t below,
                   int64_t *best, int64_t width_out, int32_t *routes, int64_t *lengths) {
    const model *m = p->m;
    tick width = bucket_width(m), widest = 0;
    int64_t n = admissible(p, tour);
    p->size = 0;
    *best = 0;
    for (int64_t b = 0; b < p->buckets; b++) p->bucket[b] = -1;
    for (int64_t x = 0; x < n; x++) widest = later(widest, VISIT(p->order[x], V_SHUT) - VISIT(p->order[x], V_OPEN));
    if (!extend(p, tour, -1, n, dual, grain * WEIGHT(C_USED) - sigma, mode, grain, width, widest)) return -1;
    for (int64_t b = 0; b < p->buckets; b++)
        for (int32_t row = p->bucket[b]; row >= 0; row = p->labels[row].in_bucket)
            if (p->labels[row].alive && !extend(p, tour, row, n, dual, 0, mode, grain, width, widest)) return -1;
    int64_t found = 0;
    int32_t ends[256];
    int64_t costs[256];
    if (most > 256) most = 256;
    for (int64_t x = 0; x < n; x++) {
        int64_t least = DEAREST;
        int32_t end = -1;
        for (int32_t q = p->head[p->order[x]]; q >= 0; q = p->labels[q].at_visit) {
            int64_t cost = p->labels[q].alive ? closing(p, tour, &p->labels[q], grain) : DEAREST;
            if (cost < least) {
                least = cost;
                end = q;
            }
        }
        if (end < 0) continue;
        if (least < *best) *best = least;
        if (least >= below || (found == most && least >= costs[most - 1])) continue;
        int64_t k = found < most ? found++ : most - 1;
        for (; k > 0 && costs[k - 1] > least; k--) {
            costs[k] = costs[k - 1];
            ends[k] = ends[k - 1];
        }
        costs[k] = least;
        ends[k] = end;
    }
    for (int64_t r = 0; r < found; r++) {
        int64_t length = 0;
        for (int32_t q = ends[r]; q >= 0; q = p->labels[q].parent) length++;
        lengths[r] = length;
        for (int32_t q = ends[r]; q >= 0; q = p->labels[q].parent) routes[r * width_out + --length] = p->labels[q].visit;
    }
    return found;
}

/* Cost of a route, as below, when the meal it owes comes before stop `eats_at`, after the last one when that is `length`; no meal: NULL. */
static int64_t cost_eating(const model *m, int64_t tour, const int32_t *route, int64_t length, int legs, const int64_t *meal, int64_t eats_at) {
    int64_t profile = TOUR(tour, T_PROFILE), worker = TOUR(tour, T_WORKER), here = TOUR(tour, T_OUT);
    int64_t cost = WEIGHT(C_USED);
    tick clock = TOUR(tour, T_START);
    for (int64_t k = 0; k < length; k++) {
        int64_t visit = route[k], site = VISIT(visit, V_SITE);
        tick leg = TRAVEL(profile, here, site);
        tick start = earliest(m, visit, worker, meal && k == eats_at ? arrival_fed(meal, k == 0, clock, leg) : clock + leg);
        if (start >= FAR) return -1;
        cost += LEG_COST(profile, here, site) + PAIR_PRICE(tour, visit) + WEIGHT(C_LATE) * least_lateness(m, visit, start);
        clock = start + VISIT(visit, V_DUR);
        here = site;
    }
    clock += TRAVEL(profile, here, TOUR(tour, T_IN));
    if (clock > TOUR(tour, T_HARD) || (meal && eats_at == length && !fed_after(meal, m, tour, clock))) return -1;
    return legs ? cost + LEG_COST(profile, here, TOUR(tour, T_IN)) + overtime_cost(m, tour, clock) : 0;
}

/* Cost of a route as pricing sees it, timed as early as possible, without breaks but with a meal that is owed where it costs
   least, and no later than it must be late; -1 when its times cannot be kept. `legs` 0 costs coverage alone. */
int64_t route_cost(const model *m, int64_t tour, const int32_t *route, int64_t length, int legs) {
    const int64_t *meal = meal_owed(m, tour);
    int64_t least = -1;
    for (int64_t at = 0; at <= (meal ? length : 0); at++) {
        int64_t cost = cost_eating(m, tour, route, length, legs, meal, at);
        if (cost >= 0 && (least < 0 || cost < least)) least = cost;
    }
    return least;
}
