/* Where a visit could go: positions screened by earliest and latest starts, then placed and judged
   exactly. */
#include <stddef.h>
#include "driving.h"
#include "insertion.h"
#include "lns.h"
#include "moves.h"
#include "../timing/paths.h"
#include "../timing/timing.h"

#define OPTIONS 12
#define TRIES 4
#define PROBES 4    /* places compared exactly */
#define PROBING 0.3 /* share of insertions that do, where estimates err */

/* What a later start changes in a tour. Waits are not told: most of them go when the tour leaves later. */
typedef struct {
    tick late, put_off; /* lateness added, the return put off */
} push;

/* Follow the push on the stops from `position` on when the one before them leaves `here` at `clock`; false
   when it breaks a window. Links and breaks are left to the exact judgement. */
static bool follow_push(const search *s, int64_t tour, int64_t position, int64_t here, tick clock,
                        push *found) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, profile = m->tours[tour].profile, n = s->count[tour];
    for (int64_t k = position; k < n; k++) {
        int64_t visit = ORDER(tour, k), site = m->visits[visit].site;
        tick start = earliest(m, visit, worker, clock + TRAVEL(profile, here, site));
        if (start >= FAR) return false;
        if (start <= s->early[visit]) return true;
        found->late += lateness(m, visit, start) - lateness(m, visit, s->early[visit]);
        clock = start + SERVICE(worker, visit);
        here = site;
    }
    clock += TRAVEL(profile, here, m->tours[tour].end_site);
    found->put_off = clock - (n ? s->measures[tour].back : m->tours[tour].start);
    return true;
}

/* What a start there costs in lateness and overtime, pushed stops included, and the overtime itself; false
   when it breaks a window. */
static bool price_start(const search *s, int64_t visit, int64_t tour, int64_t position, tick start,
                        int64_t *price, tick *extra) {
    const model *m = s->m;
    push pushed = {0};
    tick left = start + SERVICE(m->tours[tour].worker, visit);
    if (!follow_push(s, tour, position, m->visits[visit].site, left, &pushed)) return false;
    tick back = s->count[tour] ? s->measures[tour].back : m->tours[tour].start, end = m->tours[tour].end;
    *extra = later(0, back + pushed.put_off - end) - later(0, back - end);
    *price = m->weights->lateness * (pushed.late + lateness(m, visit, start)) + m->weights->overtime * *extra;
    return true;
}

/* What the guide's price of idle time changes by when the tour's idle time shrinks by `busy`; s->idles as it
   is now. */
static double idle_change(const search *s, int64_t tour, tick busy) {
    const model *m = s->m;
    tick was = idle_of(s, tour);
    double left = s->idles - eighth_power((double)was) + eighth_power((double)later(0, was - busy));
    return (double)m->weights->max_idle * (eighth_root(left > 0 ? left : 0) - eighth_root(s->idles));
}

/* Keep an option among the cheapest, in order of cost. */
static void offer(option *options, int64_t *size, option one) {
    if (*size == OPTIONS) {
        if (one.cost >= options[OPTIONS - 1].cost) return;
        *size -= 1;
    }
    int64_t x = (*size)++;
    for (; x > 0 && options[x - 1].cost > one.cost; x--) options[x] = options[x - 1];
    options[x] = one;
}

/* Whether the last stop of the tour owes a break where another one would not. */
static bool ends_shorter(const search *s, int64_t tour) {
    const struct breaks *breaks = breaks_of(s, tour);
    return breaks->last_stretch < breaks->stretch;
}

/* Offer every position of the tour that times allow; with `blink`, each is overlooked with that
   probability. */
static void scan_tour(search *s, int64_t visit, int64_t tour, double blink, option *options, int64_t *size) {
    const model *m = s->m;
    int64_t flags = PAIR(tour, visit), worker = m->tours[tour].worker, profile = m->tours[tour].profile;
    if (!(flags & MAY) || !worker_fits(s, visit, worker)) return;
    int64_t vehicle = m->tours[tour].vehicle, day_price = 0;
    if (m->vehicles_n && s->count[tour] == 0) {
        if (other_of_stay(s, tour) >= 0) return;
        if (vehicle >= 0 && !vehicle_is_out(s, vehicle, m->tours[tour].slot))
            day_price = m->vehicles[vehicle].day_price;
    }
    tick floor = -FAR, ceiling = FAR, shut = m->visits[visit].shuts, duration = SERVICE(worker, visit);
    tick ends = m->visits[visit].opens + duration; /* at the earliest */
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
        int64_t other = m->links[r].other;
        if (!m->links[r].timed || s->tour_of[other] < 0) continue;
        floor = later(floor, s->early[other] - m->links[r].high);
        ceiling = sooner(ceiling, s->late[other] - m->links[r].low);
    }
    int64_t n = s->count[tour], site = m->visits[visit].site, here = m->tours[tour].start_site;
    tick clock = m->tours[tour].start;
    bool follows =
        m->scalars->lateness || (m->weights->overtime && m->tours[tour].hard_end > m->tours[tour].end);
    int64_t aim = m->paths_n ? path_change(s, visit, tour) : 0;
    double relief = m->weights->max_idle ? idle_change(s, tour, duration) : 0.0;
    for (int64_t k = 0; k <= n; k++) {
        if (k < n && s->late[ORDER(tour, k)] < ends) continue; /* whatever the way there */
        if (k > 0) {
            int64_t before = ORDER(tour, k - 1);
            here = m->visits[before].site;
            clock = s->early[before] + SERVICE(worker, before);
            /* A break that only the last stop owes, for reaching the hour, goes when another follows. */
            if (k == n && s->pause[before] && ends_shorter(s, tour)) clock -= s->pause[before];
        }
        if (clock > shut) break;
        if ((k == 0 && !(flags & MAY_FIRST)) || (k == n && !(flags & MAY_LAST))) continue;
        tick start = earliest(m, visit, worker, later(clock + TRAVEL(profile, here, site), floor));
        int64_t there = k == n ? m->tours[tour].end_site : m->visits[ORDER(tour, k)].site;
        tick until = (k == n ? m->tours[tour].hard_end : s->late[ORDER(tour, k)]) -
                     TRAVEL(profile, site, there) - duration;
        until = sooner(sooner(until, ceiling), shut);
        if (start > until || (blink > 0 && random_unit(s) < blink)) continue;
        if (vehicle >= 0 && !may_be_free(s, tour, start + duration, until)) continue;
        int64_t cost =
            LEG_COST(profile, here, site) + LEG_COST(profile, site, there) + PAIR_PRICE(tour, visit);
        cost += aim;
        cost += n == 0 ? m->weights->used_worker + day_price : -LEG_COST(profile, here, there);
        tick extra = 0;
        int64_t late = 0;
        if (follows && !price_start(s, visit, tour, k, start, &late, &extra)) continue;
        cost += late;
        if (m->weights->max_idle) {
            tick detour = TRAVEL(profile, here, site) + TRAVEL(profile, site, there) -
                          (n ? TRAVEL(profile, here, there) : 0);
            cost += (int64_t)(relief * (double)(duration + detour - extra) / (double)later(1, duration));
        }
        offer(options, size, (option){cost, late, tour, k, start, until});
    }
}

/* Back up the component from `first` on, for this insertion and for the whole iteration. */
SHARED void keep_component(search *s, int64_t first) {
    for (int64_t x = first; x < s->component_size; x++) {
        back_up(s, &s->insertion, s->component[x]);
        back_up(s, &s->iteration, s->component[x]);
    }
}

/* The component grows by what a freshly inserted visit is tied to; newcomers are backed up. */
SHARED void join_ties(search *s, int64_t visit) {
    const model *m = s->m;
    int64_t old = s->component_size;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0) join(s, s->tour_of[m->links[r].other]);
    close_component(s);
    keep_component(s, old);
}

/* Join a tour, backed up, with its worker's other tours of that day. */
static void join_kept(search *s, int64_t tour) {
    int64_t old = s->component_size;
    join(s, tour);
    join_day(s, tour);
    keep_component(s, old);
}

/* Whether what the tour holds can only start later by this insertion: no road gets shorter. */
static bool is_detour(const search *s, int64_t visit, const option *one) {
    const model *m = s->m;
    int64_t tour = one->tour, profile = m->tours[tour].profile, site = m->visits[visit].site,
            n = s->count[tour];
    int64_t here =
        one->position == 0 ? m->tours[tour].start_site : m->visits[ORDER(tour, one->position - 1)].site;
    int64_t there = one->position == n ? m->tours[tour].end_site : m->visits[ORDER(tour, one->position)].site;
    return TRAVEL(profile, here, site) + SERVICE(m->tours[tour].worker, visit) +
               TRAVEL(profile, site, there) >=
           TRAVEL(profile, here, there);
}

/* Time the stale tours again and whatever a later start pushes; the component grows with it. Only for
   insertions that start nothing earlier: then the starts at hand are a floor and this reaches the same least
   fixpoint as `settle`. */
static bool settle_growth(search *s) {
    const model *m = s->m;
    int64_t budget = 30 * m->tours_n + 60;
    for (int64_t x = 0; x < s->component_size; x++) s->dirty[s->component[x]] = s->stale[s->component[x]];
    for (bool again = true; again;) {
        again = false;
        for (int64_t x = 0; x < s->component_size; x++) {
            int64_t tour = s->component[x];
            if (!s->dirty[tour]) continue;
            s->dirty[tour] = false;
            if (budget-- == 0 || !time_early(s, tour)) {
                set_dirty(s, false);
                return false;
            }
            if (!keep_early(s, tour)) continue;
            for (int64_t k = 0; k < s->count[tour]; k++) {
                int64_t visit = ORDER(tour, k);
                for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
                    int64_t other = m->links[r].other, far = s->tour_of[other];
                    if (!m->links[r].timed || far < 0 || s->early[other] >= s->early[visit] + m->links[r].low)
                        continue;
                    join_kept(s, far);
                    again = s->dirty[far] = s->stale[far] = true;
                }
            }
        }
    }
    return true;
}

/* The same for latest starts, which only fall. */
static void settle_late_growth(search *s) {
    const model *m = s->m;
    int64_t budget = 30 * m->tours_n + 60;
    for (int64_t x = 0; x < s->component_size; x++) s->dirty[s->component[x]] = s->stale[s->component[x]];
    for (bool again = true; again && budget > 0;) {
        again = false;
        for (int64_t x = 0; x < s->component_size; x++) {
            int64_t tour = s->component[x];
            if (!s->dirty[tour]) continue;
            s->dirty[tour] = false;
            budget--;
            if (!time_late(s, tour)) continue;
            for (int64_t k = 0; k < s->count[tour]; k++) {
                int64_t visit = ORDER(tour, k);
                for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++) {
                    int64_t other = m->links[r].other, far = s->tour_of[other];
                    if (!m->links[r].timed || far < 0 || s->late[other] <= s->late[visit] + m->links[r].high)
                        continue;
                    join_kept(s, far);
                    again = s->dirty[far] = true;
                }
            }
        }
    }
    set_dirty(s, false);
}

/* Judge an insertion that starts nothing earlier, looking no farther than it pushes. */
SHARED bool judge_growth(search *s) {
    for (int64_t x = 0; x < s->component_size; x++)
        if (s->stale[s->component[x]] && !ends_hold(s, s->component[x])) return false;
    if (!settle_growth(s)) return false;
    settle_late_growth(s);
    return measure_stale(s);
}

/* Join the tours that a freshly inserted visit is tied to. */
static void join_partners(search *s, int64_t visit) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].timed && s->tour_of[m->links[r].other] >= 0)
            join_kept(s, s->tour_of[m->links[r].other]);
}

/* Insert one visit, or two when `other` >= 0, and judge; kept only when lawful and the guide's cost falls. */
static bool try_place(search *s, int64_t visit, const option *one, int64_t other, const option *two) {
    const model *m = s->m;
    int64_t before = guide_total(s);
    bool grows = m->scalars->steady && m->scalars->timed_links && is_detour(s, visit, one) &&
                 (other < 0 || is_detour(s, other, two));
    open_backup(&s->insertion);
    start_component(s);
    join_kept(s, one->tour);
    if (other >= 0) join_kept(s, two->tour);
    if (!grows) {
        close_component(s);
        keep_component(s, 0);
    }
    bool done =
        put(s, visit, one->tour, one->position) && (other < 0 || put(s, other, two->tour, two->position));
    if (done && s->has_own_meals) { /* with the meal elsewhere some starts may be earlier */
        bool moved = place_meal(s, one->tour);
        if (other >= 0) moved |= place_meal(s, two->tour);
        if (moved && grows) {
            grows = false;
            close_component(s);
            keep_component(s, 0);
        }
    }
    if (done && grows) {
        join_partners(s, visit);
        if (other >= 0) join_partners(s, other);
        done = judge_growth(s) && guide_total(s) < before;
    } else if (done) {
        join_ties(s, visit);
        if (other >= 0) join_ties(s, other);
        done = judge(s) && guide_total(s) < before;
    }
    if (!done) restore(s, &s->insertion);
    return done;
}

/* The guide's cost with the visits placed so, the plan left as it was; INT64_MAX where they cannot be. */
static int64_t probe(search *s, int64_t visit, const option *one, int64_t other, const option *two) {
    if (!try_place(s, visit, one, other, two)) return INT64_MAX;
    int64_t cost = guide_total(s);
    restore(s, &s->insertion);
    return cost;
}

/* Whether the next insertion compares its best places exactly: where late starts push others through links,
   estimates err. */
static bool probes(search *s) {
    const model *m = s->m;
    return m->scalars->lateness && m->scalars->timed_links && random_unit(s) < PROBING;
}

/* Link row to an uncovered visit that must be covered together with this one; -1 when there is none. */
SHARED int64_t partner_wanted(const search *s, int64_t visit) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].together && s->tour_of[m->links[r].other] < 0) return r;
    return -1;
}

/* Whether a day with this visit alone would hold too little continuous work. */
static bool is_too_short_alone(const search *s, int64_t visit, int64_t tour) {
    const model *m = s->m;
    int64_t worker = m->tours[tour].worker, row = (worker * DAY_MEASURES + NO_PERIOD) * m->mixes_n;
    return s->count[tour] == 0 && -SERVICE(worker, visit) > m->day_limits[row + HOST_MIX(worker, visit)];
}

static bool is_linked(const search *s, int64_t visit, int64_t other) {
    const model *m = s->m;
    for (int64_t r = m->visits[visit].first_link; r < m->visits[visit].end_link; r++)
        if (m->links[r].other == other) return true;
    return false;
}

/* Begin a tour with two visits, where one alone is too short a day: with the nearest uncovered one that
   suits, after it or before it. */
static bool insert_with_companion(search *s, int64_t visit, const option *one) {
    const model *m = s->m;
    int64_t tries = 2 * TRIES;
    for (int64_t x = 0; x < m->neighbours_n && tries > 0; x++) {
        int64_t other = m->near[visit * m->neighbours_n + x];
        if (other == visit || s->tour_of[other] >= 0 || !(PAIR(one->tour, other) & MAY) ||
            partner_wanted(s, other) >= 0)
            continue;
        if (is_linked(s, visit, other) || !worker_fits(s, other, m->tours[one->tour].worker)) continue;
        for (int64_t position = 1; position >= 0 && tries > 0; position--, tries--) {
            option two = {0, 0, one->tour, position, 0, 0};
            if (try_place(s, visit, one, other, &two)) return true;
        }
    }
    return false;
}

/* Put a visit at the best lawful place among the given tours. */
static bool insert_one(search *s, int64_t visit, const int64_t *tours, int64_t count, double blink) {
    option options[OPTIONS];
    int64_t size = 0;
    for (int64_t x = 0; x < count; x++) scan_tour(s, visit, tours[x], blink, options, &size);
    if (probes(s) && size > 1 && options[0].cost < s->guide[visit]) {
        int64_t best = INT64_MAX, found = -1;
        for (int64_t x = 0; x < size && x < PROBES; x++) {
            int64_t cost = probe(s, visit, &options[x], -1, NULL);
            if (cost < best) {
                best = cost;
                found = x;
            }
        }
        if (found >= 0) return try_place(s, visit, &options[found], -1, NULL);
    }
    for (int64_t x = 0; x < size && x < TRIES; x++) {
        if (options[x].cost >= s->guide[visit]) return false;
        if (try_place(s, visit, &options[x], -1, NULL)) return true;
        if (is_too_short_alone(s, visit, options[x].tour) && insert_with_companion(s, visit, &options[x]))
            return true;
    }
    return false;
}

/* Whether two options can keep link row `r` of the visit between them. */
static bool can_meet(const search *s, int64_t visit, int64_t r, const option *one, const option *two) {
    const model *m = s->m;
    int64_t worker = m->tours[one->tour].worker, partner = m->tours[two->tour].worker;
    if (one->tour == two->tour || !may_meet(m, r, visit, worker, partner)) return false;
    if (!m->links[r].timed) return true;
    tick start = later(one->from, two->from - m->links[r].high),
         other = later(two->from, start + m->links[r].low);
    return start <= one->until && other <= two->until && other - start <= m->links[r].high;
}

/* What the visit costs there from `start` on, when its partner lets it start no earlier. */
static int64_t cost_from(const search *s, int64_t visit, const option *one, tick start) {
    int64_t price;
    tick extra;
    if (start <= one->from || !price_start(s, visit, one->tour, one->position, start, &price, &extra))
        return one->cost;
    return one->cost - one->late + price;
}

/* Cost of both options together: where lateness is priced, with the start that suits both. */
static int64_t joint_cost(const search *s, int64_t visit, int64_t r, const option *one, const option *two) {
    const model *m = s->m;
    if (!m->scalars->lateness || !m->links[r].timed) return one->cost + two->cost;
    tick start = later(one->from, two->from - m->links[r].high);
    return cost_from(s, visit, one, start) +
           cost_from(s, m->links[r].other, two, later(two->from, start + m->links[r].low));
}

/* Put two visits tied by link row `r` at the best lawful pair of places, in two tours. */
static bool insert_pair(search *s, int64_t visit, int64_t r, const int64_t *tours, int64_t count,
                        double blink) {
    const model *m = s->m;
    option ones[OPTIONS], twos[OPTIONS];
    int64_t size = 0, second = 0, other = m->links[r].other, floor = -1;
    for (int64_t x = 0; x < count; x++) scan_tour(s, visit, tours[x], blink, ones, &size);
    if (size == 0) return false;
    for (int64_t x = 0; x < count; x++) scan_tour(s, other, tours[x], blink, twos, &second);
    int64_t ranks[OPTIONS * OPTIONS];
    for (int64_t i = 0; i < size; i++)
        for (int64_t j = 0; j < second; j++) {
            bool meets = can_meet(s, visit, r, &ones[i], &twos[j]);
            ranks[i * OPTIONS + j] =
                meets ? (joint_cost(s, visit, r, &ones[i], &twos[j]) + (FAR >> 4)) * 256 + i * 16 + j : -1;
        }
    bool probing = probes(s);
    int64_t least = INT64_MAX, found_one = -1, found_two = -1;
    for (int attempt = 0; attempt < (probing ? PROBES : TRIES); attempt++) {
        int64_t best = INT64_MAX, one = -1, two = -1;
        for (int64_t i = 0; i < size; i++)
            for (int64_t j = 0; j < second; j++) {
                int64_t rank = ranks[i * OPTIONS + j];
                if (rank > floor && rank < best) {
                    best = rank;
                    one = i;
                    two = j;
                }
            }
        if (one < 0) break;
        if (probing) {
            int64_t cost = probe(s, visit, &ones[one], other, &twos[two]);
            if (cost < least) {
                least = cost;
                found_one = one;
                found_two = two;
            }
        } else if (try_place(s, visit, &ones[one], other, &twos[two])) {
            return true;
        }
        floor = best;
    }
    return found_one >= 0 && try_place(s, visit, &ones[found_one], other, &twos[found_two]);
}

/* Cover a visit, and with it the one it must be covered together with: in two tours, or one after the other
   wherever each fits best, unless they start together. Half the time the second way is tried first: one tour
   for both may be cheaper. */
SHARED bool insert(search *s, int64_t visit, const int64_t *tours, int64_t count, double blink) {
    const model *m = s->m;
    int64_t r = partner_wanted(s, visit);
    if (m->weights->max_idle) s->idles = extremes_of(s, true).idles;
    if (r < 0) return insert_one(s, visit, tours, count, blink);
    bool same_start = m->links[r].timed && m->links[r].low <= 0 && m->links[r].high >= 0;
    bool in_turn = !same_start && random_unit(s) < 0.5;
    if (!in_turn && insert_pair(s, visit, r, tours, count, blink)) return true;
    if (same_start) return false;
    return insert_one(s, visit, tours, count, blink) && insert_one(s, m->links[r].other, tours, count, blink);
}
