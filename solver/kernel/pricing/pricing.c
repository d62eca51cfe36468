/* Pricing for column generation: the tours of least reduced cost, by labels over visits and times.

   A label is a partial tour: last visit, its start, reduced cost, the label it extends. Labels are taken in
   buckets of time narrower than the shortest service, so that a bucket is final once reached. Elementary
   tours (no visit twice) as in Feillet et al. (2004), Networks 44(3); ancestors are walked instead of kept as
   sets, which pays because windows are narrow.

   Cuts (column_generation/cuts.py) are sets of three visits of which plans hold two or more in one tour at
   most; a label remembers the cuts of which it holds an odd number, and pays at the second. Jepsen et al.
   (2008), Operations Research 56(2).

   A meal that is owed is in the label too (had by now, or still owed), and so is the work since the last rest
   break, waits not counted. Of several rule sets the mildest counts.

   What the relaxed tour leaves out (docs/solver.md): waits that hasten a break, waiting and gap prices, times
   of links, limits of days and weeks. Each only adds cost, forbids or puts starts off, so the least reduced
   cost found exactly is a bound on that of lawful tours. A start put off can be late in one window and on
   time in the next: tours pay the least lateness from their start on. */
#include <stdlib.h>
#include <string.h>
#include "../timing/pauses.h"
#include "../timing/timing.h"

enum {
    STEPS_A_SERVICE = 3,
    MOST_STEPS = 2000
}; /* of time, when looking ahead: shorter than the shortest service */
#define DEAREST (INT64_MAX / 4)

#define MOST_WORK                                                                                            \
    20000000 /* comparisons of labels: a second or so, however loose the windows; nobody can stop a call     \
                under way */

typedef struct {
    uint64_t bits[CUT_WORDS];
} cut_set;

typedef struct {
    standing at;
    int64_t cost;
    int32_t visit, parent, at_visit, in_bucket;
    bool alive;
    cut_set odd;
} label;

struct pricer {
    const model *m;
    const int32_t *
        shortest; /* least travel with detours allowed, shaped as the model's: who is out of reach stays so */
    int64_t capacity, size, buckets, work; /* work: comparisons of labels made for the tour that is priced */
    label *labels;
    int32_t *head, *bucket, *order;
    pauses owed;           /* by the tour that is priced */
    int64_t steps, *ahead; /* least cost of what may follow each visit, by step of time; NULL where steps
                              would be too many */
    tick step;
    int64_t cuts;
    cut_set *cuts_of; /* of each visit */
    int32_t cut_visits[MOST_CUTS][3];
    int64_t cut_price[MOST_CUTS];
};

/* Least time between two starts, hence the width of a bucket: no service is shorter than asked for. */
static tick bucket_width(const model *m) {
    tick least = FAR;
    for (int64_t v = 0; v < m->visits_n; v++) least = sooner(least, m->visits[v].duration);
    return later(1, least);
}

void pricer_free(pricer *p) {
    if (!p) return;
    free(p->labels);
    free(p->head);
    free(p->order);
    free(p->bucket);
    free(p->cuts_of);
    free(p->ahead);
    free(p);
}

pricer *pricer_new(const model *m, const int32_t *shortest, int64_t capacity) {
    tick longest = 0;
    for (int64_t t = 0; t < m->tours_n; t++)
        longest = later(longest, m->tours[t].hard_end - m->tours[t].start);
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
    p->step = later(1, bucket_width(m) / STEPS_A_SERVICE);
    p->steps = longest / p->step + 2;
    bool sees = p->steps <= MOST_STEPS;
    if (sees) p->ahead = malloc((size_t)(p->steps * later(1, m->visits_n)) * sizeof *p->ahead);
    if (p->labels && p->head && p->order && p->bucket && p->cuts_of && (p->ahead || !sees)) return p;
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
    int64_t leg = (profile * m->sites_n + m->visits[visit].site) * m->sites_n + m->visits[other].site;
    return end + p->shortest[leg] <= m->visits[other].shuts;
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

/* The odd cuts after one more visit, without those that no later visit can complete: leaving `visit` at
   `end`. */
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

/* What a tour costs beyond its legs and pairs when it ends at `back`. */
static int64_t overtime_cost(const model *m, int64_t tour, tick back) {
    return m->weights->overtime * later(0, back - m->tours[tour].end);
}

/* Visits that the tour may hold, sorted by the opening of their first window. */
static int64_t admissible(pricer *p, int64_t tour) {
    const model *m = p->m;
    int64_t n = 0;
    for (int64_t v = 0; v < m->visits_n; v++) {
        p->head[v] = -1;
        if (!(PAIR(tour, v) & MAY)) continue;
        int64_t k = n++;
        for (; k > 0 && m->visits[p->order[k - 1]].opens > m->visits[v].opens; k--)
            p->order[k] = p->order[k - 1];
        p->order[k] = (int32_t)v;
    }
    return n;
}

/* Whether the partial tour `at` already holds `visit`; starts before its opening cannot. */
static bool holds(const pricer *p, int32_t at, int64_t visit) {
    const model *m = p->m;
    for (; at >= 0 && p->labels[at].at.start >= m->visits[visit].opens; at = p->labels[at].parent)
        if (p->labels[at].visit == visit) return true;
    return false;
}

/* Whether a link keeps its two visits out of one tour: they are for different people, or start so close that
   one person cannot serve both. */
static bool parts(const model *m, int64_t worker, int64_t visit, int64_t r) {
    if (m->links[r].worker == DIFFERENT) return true;
    return m->links[r].timed && m->links[r].low > -SERVICE(worker, m->links[r].other) &&
           m->links[r].high < SERVICE(worker, visit);
}

/* Whether the partial tour `at` holds a visit that a link keeps out of the tour of `visit`. */
static bool is_barred(const pricer *p, int64_t worker, int32_t at, int64_t visit) {
    const model *m = p->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (parts(m, worker, visit, r) && holds(p, at, m->links[r].other)) return true;
    return false;
}

/* Whether a tour with `behind` behind it that leaves `visit` at `end` or later misses anything for that: the
   visit itself, or one that a link keeps out of its tour. */
static bool misses(const pricer *p, int64_t tour, int64_t visit, tick end, int64_t behind) {
    const model *m = p->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile;
    if (is_open(p, profile, visit, end, behind)) return true;
    for (int64_t r = m->visits[behind].first_link; r < m->visits[behind].end_link; r++)
        if (parts(m, worker, behind, r) && is_open(p, profile, visit, end, m->links[r].other)) return true;
    return false;
}

/* Whether everything that the label (parent `parent`, at `visit` from `start`) could still do, the other
   label at the same visit from `since` with parent `rival` could do too: no visit that the first has behind
   it is still open to the second. */
static bool frees_as_much(pricer *p, int64_t tour, int32_t parent, tick start, int32_t rival, tick since,
                          int64_t visit) {
    const model *m = p->m;
    tick end = later(start, since) + SERVICE(m->tours[tour].worker, visit);
    for (int32_t at = parent; at >= 0; at = p->labels[at].parent) {
        int64_t behind = p->labels[at].visit;
        p->work++;
        if (!misses(p, tour, visit, end, behind)) continue;
        bool shared = false;
        for (int32_t r = rival; r >= 0 && !shared; r = p->labels[r].parent)
            shared = p->labels[r].visit == behind;
        if (!shared) return false;
    }
    return true;
}

/* Insert a label unless another at its visit is at least as good; drops those it makes useless. False when
   full. */
static bool add_label(pricer *p, int64_t tour, int64_t visit, const standing *at, int64_t cost,
                      int32_t parent, const cut_set *odd, int mode, tick width) {
    const model *m = p->m;
    tick start = at->start,
         slack = mode == EFFORT_COARSE ? m->scalars->horizon / 144 : m->scalars->horizon / 360;
    int32_t before = -1, next;
    for (int32_t q = p->head[visit]; q >= 0; q = next) {
        label *other = &p->labels[q];
        tick since = other->at.start;
        p->work++;
        next = other->at_visit;
        bool drop = !other->alive;
        if (!drop && mode != EFFORT_EXACT) {
            if (other->cost <= cost && since <= start + slack && owes_about(&other->at, at, slack))
                return true;
            drop = cost <= other->cost && start <= since + slack && owes_about(at, &other->at, slack);
        } else if (!drop && since <= start && owes_no_more(&other->at, at) &&
                   other->cost + cuts_price(p, &other->odd, odd, false) <= cost) {
            if (frees_as_much(p, tour, other->parent, since, parent, start, visit)) return true;
        } else if (!drop && start <= since && owes_no_more(at, &other->at) &&
                   cost + cuts_price(p, odd, &other->odd, false) <= other->cost) {
            drop = frees_as_much(p, tour, parent, start, other->parent, since, visit);
        }
        if (!drop) {
            before = q;
            continue;
        }
        other->alive = false;
        if (before < 0) p->head[visit] = next;
        else p->labels[before].at_visit = next;
    }
    if (p->size >= p->capacity || p->work > MOST_WORK) return false;
    int64_t b = (start - m->tours[tour].start) / width;
    int32_t row = (int32_t)p->size++;
    p->labels[row] = (label){*at, cost, (int32_t)visit, parent, p->head[visit], p->bucket[b], true, *odd};
    p->head[visit] = row;
    p->bucket[b] = row;
    return true;
}

/* The first of the `n` visits whose last window may still be open at `clock`. */
static int64_t first_open(const pricer *p, int64_t n, tick clock, tick widest) {
    const model *m = p->m;
    int64_t low = 0, high = n;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (m->visits[p->order[mid]].opens < clock - widest) low = mid + 1;
        else high = mid;
    }
    return low;
}

/* What going to a visit and starting it at `start` costs. */
static int64_t visit_cost(const model *m, int64_t tour, int64_t here, int64_t visit, tick start) {
    return LEG_COST(m->tours[tour].profile, here, m->visits[visit].site) + PAIR_PRICE(tour, visit) +
           m->weights->lateness * least_lateness(m, visit, start);
}

/* What going home from `site` costs, being there at `back`. */
static int64_t return_cost(const model *m, int64_t tour, int64_t site, tick back) {
    return LEG_COST(m->tours[tour].profile, site, m->tours[tour].end_site) + overtime_cost(m, tour, back);
}

/* What going to a visit and starting it at `start` adds to the reduced cost of a tour, cuts aside. */
static int64_t stop_cost(const model *m, int64_t tour, int64_t here, int64_t visit, tick start,
                         const int64_t *dual, int64_t grain) {
    return (grain ? grain * visit_cost(m, tour, here, visit, start) : 0) - dual[visit];
}

/* What going home from the visit, begun at `start`, adds; DEAREST when that is too late. */
static int64_t home_cost(const model *m, int64_t tour, int64_t visit, tick start, int64_t grain) {
    int64_t site = m->visits[visit].site;
    tick back = start + SERVICE(m->tours[tour].worker, visit) +
                TRAVEL(m->tours[tour].profile, site, m->tours[tour].end_site);
    if (back > m->tours[tour].hard_end || !(PAIR(tour, visit) & MAY_LAST)) return DEAREST;
    return grain ? grain * return_cost(m, tour, site, back) : 0;
}

/* For each visit begun in each step of time, the least that the rest of the tour adds, whatever was before:
   visits may come twice, nobody pauses, no cut is paid. A label that cannot get below what is known already
   need not be kept. A step is shorter than any service, so that what follows begins in a later one. */
static void look_ahead(pricer *p, int64_t tour, int64_t n, const int64_t *dual, int64_t grain, tick widest) {
    const model *m = p->m;
    int64_t profile = m->tours[tour].profile, worker = m->tours[tour].worker;
    for (int64_t b = p->steps - 1; b >= 0; b--) {
        tick from = m->tours[tour].start + b * p->step;
        for (int64_t x = 0; x < n && m->visits[p->order[x]].opens < from + p->step; x++) {
            int64_t visit = p->order[x], site = m->visits[visit].site,
                    *least = &p->ahead[b * m->visits_n + visit];
            tick start = earliest(m, visit, worker, from), clock = start + SERVICE(worker, visit);
            *least = DEAREST;
            if (start >= from + p->step) continue;
            *least = home_cost(m, tour, visit, start, grain);
            for (int64_t y = first_open(p, n, clock, widest); y < n; y++) {
                int64_t other = p->order[y];
                tick then = clock + TRAVEL(profile, site, m->visits[other].site);
                if (other == visit || then > m->visits[other].shuts) continue;
                then = earliest(m, other, worker, then);
                if (then >= FAR || then + SERVICE(worker, other) > m->tours[tour].hard_end) continue;
                int64_t rest = p->ahead[(then - m->tours[tour].start) / p->step * m->visits_n + other];
                if (rest >= DEAREST) continue;
                rest += stop_cost(m, tour, site, other, then, dual, grain);
                if (rest < *least) *least = rest;
            }
        }
    }
}

/* Whether a label at the visit can still end in a tour of reduced cost below `known`. */
static bool is_hopeful(const pricer *p, int64_t tour, int64_t visit, tick start, int64_t cost,
                       int64_t known) {
    const model *m = p->m;
    int64_t rest = p->ahead[(start - m->tours[tour].start) / p->step * m->visits_n + visit];
    return rest < DEAREST && cost + rest < known;
}

/* Extend a label (or the start of the tour, -1) to every visit it can reach. */
static bool extend(pricer *p, int64_t tour, int32_t from, int64_t n, const int64_t *dual, int64_t fixed,
                   int mode, int64_t grain, int64_t known, tick width, tick widest) {
    const model *m = p->m;
    const standing *at = from >= 0 ? &p->labels[from].at : NULL;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile,
            here = m->tours[tour].start_site, cost = fixed;
    tick clock = m->tours[tour].start;
    if (from >= 0) {
        const label *l = &p->labels[from];
        here = m->visits[l->visit].site;
        clock = l->at.start + SERVICE(worker, l->visit);
        cost = l->cost;
    }
    static const cut_set none = {{0}};
    const cut_set *odd = from >= 0 ? &p->labels[from].odd : &none;
    tick patience = mode == EFFORT_COARSE && from >= 0 ? clock + m->scalars->horizon / 10 : FAR;
    for (int64_t x = first_open(p, n, clock, widest); x < n; x++) {
        int64_t visit = p->order[x], site = m->visits[visit].site;
        if (m->visits[visit].opens > patience) break;
        if (from < 0 && !(PAIR(tour, visit) & MAY_FIRST)) continue;
        if (from >= 0 && p->labels[from].visit == visit) continue;
        tick leg = TRAVEL(profile, here, site);
        if (clock + leg > m->visits[visit].shuts) continue;
        if (from >= 0 && (holds(p, p->labels[from].parent, visit) || is_barred(p, worker, from, visit)))
            continue;
        bool had[WAYS] = {
            [BOTH] = !rests_longer(
                &p->owed)}; /* what going straight on gives anyway, and what only a proof asks for */
        for (int way = STRAIGHT; way < WAYS; way++) {
            standing then;
            if (had[way] || !serve(m, tour, &p->owed, at, clock, leg, visit, way, &then)) continue;
            if (way == STRAIGHT) {
                had[RESTED] = mode != EFFORT_EXACT || then.rested || then.work <= SERVICE(worker, visit);
                had[FED] = then.fed || (mode != EFFORT_EXACT && p->owed.meal &&
                                        clock + leg + p->owed.meal < p->owed.meal_from);
            }
            int64_t price = cost + stop_cost(m, tour, here, visit, then.start, dual, grain);
            if (mode != EFFORT_COARSE && p->ahead && !is_hopeful(p, tour, visit, then.start, price, known))
                continue;
            cut_set after = none;
            if (p->cuts) {
                price += cuts_price(p, odd, &p->cuts_of[visit], true);
                after = cuts_after(p, odd, profile, visit, then.start + SERVICE(worker, visit));
            }
            if (!add_label(p, tour, visit, &then, price, from, &after, mode, width)) return false;
        }
    }
    return true;
}

/* Cost of ending the tour after a label; DEAREST when it may not end there. */
static int64_t closing(const pricer *p, int64_t tour, const label *l, int64_t grain) {
    const model *m = p->m;
    tick back = l->at.start + SERVICE(m->tours[tour].worker, l->visit) +
                TRAVEL(m->tours[tour].profile, m->visits[l->visit].site, m->tours[tour].end_site);
    int64_t home = home_cost(m, tour, l->visit, l->at.start, grain);
    return home < DEAREST && may_end(m, tour, &p->owed, &l->at, l->visit, back) ? l->cost + home : DEAREST;
}

/* Price one tour. Duals and results are in `grain`-ths of a cost unit, so that rounding them costs next to
   nothing; grain 0 prices coverage alone. Writes up to `most` routes of reduced cost below `below` (one a
   last visit, cheapest first) and the least reduced cost to `best`, which holds what is known of it before: 0
   for no route; exact pricing looks for better ones only. Returns the number of routes, or -1 when labels or
   work ran out (no bound then). */
int64_t price_tour(pricer *p, int64_t tour, const int64_t *dual, int64_t sigma, int mode, int64_t grain,
                   int64_t most, int64_t below, int64_t *best, int64_t width_out, int32_t *routes,
                   int64_t *lengths) {
    const model *m = p->m;
    tick width = bucket_width(m), widest = 0;
    int64_t n = admissible(p, tour);
    p->size = p->work = 0;
    p->owed = pauses_of(m, tour);
    if (mode == EFFORT_MILD) {
        p->owed.most = FAR;
        mode = EFFORT_EXACT;
    }
    int64_t known = mode == EFFORT_EXACT ? *best : 0;
    for (int64_t b = 0; b < p->buckets; b++) p->bucket[b] = -1;
    for (int64_t x = 0; x < n; x++)
        widest = later(widest, m->visits[p->order[x]].shuts - m->visits[p->order[x]].opens);
    if (mode != EFFORT_COARSE && p->ahead) look_ahead(p, tour, n, dual, grain, widest);
    if (!extend(p, tour, -1, n, dual, grain * m->weights->used_worker - sigma, mode, grain, known, width,
                widest))
        return -1;
    for (int64_t b = 0; b < p->buckets; b++)
        for (int32_t row = p->bucket[b]; row >= 0; row = p->labels[row].in_bucket)
            if (p->labels[row].alive && !extend(p, tour, row, n, dual, 0, mode, grain, known, width, widest))
                return -1;
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
        for (int32_t q = ends[r]; q >= 0; q = p->labels[q].parent)
            routes[r * width_out + --length] = p->labels[q].visit;
    }
    return found;
}

/* A route up to some stop, pauses taken in one way. */
typedef struct {
    standing at;
    int64_t cost;
} partial;

enum { MOST_PARTIAL = 32 };

/* Whether whatever may follow `other` may follow `one` for no more. */
static bool is_no_worse(const partial *one, const partial *other) {
    return one->cost <= other->cost && one->at.start <= other->at.start && owes_no_more(&one->at, &other->at);
}

/* Keep a way to the stop unless another owes no more, is no later and costs no more; with all rows taken it
   is forgotten. */
static int64_t keep_partial(partial *ways, int64_t size, const partial *one) {
    int64_t kept = 0;
    for (int64_t k = 0; k < size; k++)
        if (is_no_worse(&ways[k], one)) return size;
    for (int64_t k = 0; k < size; k++)
        if (!is_no_worse(one, &ways[k])) ways[kept++] = ways[k];
    if (kept < MOST_PARTIAL) ways[kept++] = *one;
    return kept;
}

/* Cost of a route as pricing sees it, timed as early as possible, its pauses where they cost least, and no
   later than it must be late; -1 when its times cannot be kept. `legs` false costs coverage alone. */
int64_t route_cost(const model *m, int64_t tour, const int32_t *route, int64_t length, bool legs) {
    pauses owed = pauses_of(m, tour);
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile,
            here = m->tours[tour].start_site, size = 0;
    partial ways[MOST_PARTIAL], next[MOST_PARTIAL];
    for (int64_t k = 0; k < length; k++) {
        int64_t visit = route[k], site = m->visits[visit].site, found = 0;
        tick leg = TRAVEL(profile, here, site);
        for (int64_t from = k ? 0 : -1; from < size; from++)
            for (int way = STRAIGHT; way < WAYS; way++) {
                const standing *at = from < 0 ? NULL : &ways[from].at;
                tick left = from < 0 ? m->tours[tour].start : at->start + SERVICE(worker, route[k - 1]);
                partial then = {.cost = from < 0 ? m->weights->used_worker : ways[from].cost};
                if (!serve(m, tour, &owed, at, left, leg, visit, way, &then.at)) continue;
                then.cost += visit_cost(m, tour, here, visit, then.at.start);
                found = keep_partial(next, found, &then);
            }
        if (found == 0) return -1;
        memcpy(ways, next, (size_t)found * sizeof *ways);
        size = found;
        here = site;
    }
    int64_t least = -1, last = route[length - 1];
    for (int64_t k = 0; k < size; k++) {
        tick back =
            ways[k].at.start + SERVICE(worker, last) + TRAVEL(profile, here, m->tours[tour].end_site);
        if (!may_end(m, tour, &owed, &ways[k].at, last, back)) continue;
        int64_t cost = ways[k].cost + return_cost(m, tour, here, back);
        if (least < 0 || cost < least) least = cost;
    }
    return least < 0 ? -1 : legs ? least : 0;
}
