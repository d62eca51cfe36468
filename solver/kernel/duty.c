/* A worker's days against the limits of docs/design.md section 4. */
#include "duty.h"
#include "timing.h"

#define DAY(d) (s->days[d].columns)

/* Whether the tour has stops, and had some when it was measured: a judgement that failed before leaves
   measures as they were. */
static bool is_driven(const search *s, int64_t tour) {
    return s->count[tour] > 0 && s->measures[tour][M_COUNT] > 0;
}

/* A day before any tour: history and other work. */
static void known_day(search *s, int64_t worker, int64_t d) {
    const model *m = s->m;
    const int64_t *known = m->days + (worker * m->days_d1 + d) * D_COLUMNS;
    for (int64_t c = 0; c < DAY_COLUMNS; c++) DAY(d)[c] = 0;
    DAY(d)[DAY_START] = known[D_START];
    DAY(d)[DAY_END] = known[D_END];
    DAY(d)[DAY_WORKED] = known[D_WORKED];
    DAY(d)[WORK] = known[D_WORK];
    DAY(d)[OWN_WORK] = known[D_OWN_WORK];
    DAY(d)[DATE_WORKED] = known[D_DATED];
    DAY(d)[DATE_WORK] = known[D_DATE_WORK];
    DAY(d)[DATE_OWN_WORK] = known[D_DATE_OWN_WORK];
}

/* The time between two tours of one day, ways home and back included, is an interruption unless it is
   short. */
static void add_gap_between(search *s, int64_t worker, int64_t last, int64_t tour) {
    const model *m = s->m;
    tick free = s->measures[tour][M_FIRST] - s->measures[last][M_LAST];
    int64_t *day = DAY(TOUR(tour, T_SLOT));
    if (free <= 0 || free < m->short_gap[worker * m->short_gap_d1 + hosts_of_day(s, tour)]) return;
    if (WORKER(worker, W_REBUILT)) {
        int64_t from = ORDER(last, s->count[last] - 1), to = ORDER(tour, 0);
        tick travel = TRAVEL(TOUR(tour, T_PROFILE), VISIT(from, V_SITE), VISIT(to, V_SITE));
        day[WORK] += travel;
        day[OWN_WORK] += travel;
    }
    day[GAPS] += 1;
    day[GAP_TOTAL] += free;
    day[LONG_GAPS] += free > m->long_gap[worker * m->short_gap_d1 + hosts_of_day(s, tour)];
    day[LONGEST_GAP] = later(day[LONGEST_GAP], free);
}

/* A tour takes every date on which its services have time; the hosts are those of its duty day. */
static void add_dates(search *s, int64_t worker, int64_t slot, const int64_t *found) {
    const model *m = s->m;
    for (int64_t d = slot; d < m->days_d1; d++) {
        tick midnight = m->days[(worker * m->days_d1 + d) * D_COLUMNS + D_MIDNIGHT];
        if (found[M_FIRST] < midnight) {
            int64_t *day = DAY(d);
            day[DATE_WORKED] = 1;
            day[DATE_TOURS] += 1;
            day[DATE_HOSTS] = JOIN_MIX(worker, day[DATE_HOSTS], DAY(slot)[DAY_HOSTS]);
        }
        if (found[M_LAST] <= midnight) return;
    }
}

static void add_tour(search *s, int64_t worker, int64_t tour) {
    const model *m = s->m;
    const int64_t *found = s->measures[tour];
    int64_t *day = DAY(TOUR(tour, T_SLOT));
    if (day[DAY_TOURS] == 0) day[DAY_FIRST_TOUR] = tour;
    day[DAY_LAST_TOUR] = tour;
    day[DAY_NIGHT] += found[M_NIGHT];
    day[WORK] += found[M_WORK];
    day[OWN_WORK] += found[M_WORK];
    day[GAPS] += found[M_GAPS];
    day[GAP_TOTAL] += found[M_GAP_TOTAL];
    day[LONG_GAPS] += found[M_LONG_GAPS];
    day[LONGEST_GAP] = later(day[LONGEST_GAP], found[M_LONGEST_GAP]);
    day[NO_PERIOD] = sooner(day[NO_PERIOD], -found[M_PERIOD]);
    day[DAY_START] = sooner(day[DAY_START], found[M_FIRST]);
    day[DAY_END] = later(day[DAY_END], found[M_LAST]);
    day[DAY_WORKED] = 1;
    day[DAY_TOURS] += 1;
    day[DAY_HOSTS] = JOIN_MIX(worker, day[DAY_HOSTS], found[M_HOSTS]);
    day[DAY_CAPPED] += found[M_CAPPED];
    day[DAY_FRAGILE] |= found[M_FRAGILE];
}

/* Work by local date: what comes after the midnight that ends the duty date is the next one's. */
static void add_date_work(search *s, int64_t slot, const int64_t *found) {
    for (int measure = DATE_WORK; measure <= DATE_OWN_WORK; measure++) {
        DAY(slot)[measure] += found[M_WORK] - found[M_AFTER];
        if (slot + 1 < s->m->days_d1) DAY(slot + 1)[measure] += found[M_AFTER];
    }
}

/* Night work of a day under a mix of hosts: its tours' own; of a day without any, what is known. */
static tick night_of(const search *s, int64_t worker, int64_t d, int64_t hosts) {
    const model *m = s->m;
    if (DAY(d)[DAY_TOURS]) return DAY(d)[DAY_NIGHT];
    return m->known_night[(worker * m->days_d1 + d) * m->short_gap_d1 + hosts];
}

/* Whether the day counts as a night under a mix of hosts. */
static bool is_night(const search *s, int64_t worker, int64_t d, int64_t hosts) {
    tick night = night_of(s, worker, d, hosts);
    return night > 0 && night >= s->m->night_from[worker * s->m->short_gap_d1 + hosts];
}

/* List the days that hold anything: the limits walk over these alone, most of a horizon's known days being
   empty. */
static void list_busy(search *s) {
    s->busy_size = 0;
    for (int64_t d = 0; d < s->m->days_d1; d++) {
        const int64_t *day = DAY(d);
        int64_t work = day[WORK] | day[OWN_WORK] | day[DATE_WORK] | day[DATE_OWN_WORK];
        if (day[DAY_WORKED] | day[DATE_WORKED] | work) s->busy[s->busy_size++] = d;
    }
}

/* What the worker does each day, known days and tours together, into `days`. */
static void gather_days(search *s, int64_t worker) {
    const model *m = s->m;
    int64_t last = -1, hosts = 0;
    for (int64_t d = 0; d < m->days_d1; d++) known_day(s, worker, d);
    for (int64_t tour = WORKER(worker, W_TOUR0); tour < WORKER(worker, W_TOUR1); tour++) {
        if (!is_driven(s, tour)) continue;
        if (last >= 0 && TOUR(last, T_SLOT) == TOUR(tour, T_SLOT)) add_gap_between(s, worker, last, tour);
        add_tour(s, worker, tour);
        hosts = JOIN_MIX(worker, hosts, s->measures[tour][M_HOSTS]);
        last = tour;
    }
    for (int64_t tour = WORKER(worker, W_TOUR0); tour < WORKER(worker, W_TOUR1); tour++) {
        if (!is_driven(s, tour)) continue;
        add_dates(s, worker, TOUR(tour, T_SLOT), s->measures[tour]);
        add_date_work(s, TOUR(tour, T_SLOT), s->measures[tour]);
    }
    list_busy(s);
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x], *day = DAY(d);
        if (!day[DAY_WORKED]) continue;
        day[SPAN] = day[DAY_END] - day[DAY_START];
        day[DAY_IS_NIGHT] = is_night(s, worker, d, day[DAY_TOURS] ? day[DAY_HOSTS] : hosts);
        day[NIGHT_WORK] = day[DAY_IS_NIGHT] ? day[WORK] : 0;
    }
}

static int64_t mix_of_day(const int64_t *day, int64_t measure) {
    return day[measure == DATE_WORK || measure == DATE_OWN_WORK ? DATE_HOSTS : DAY_HOSTS];
}

static bool has_tours(const int64_t *day, int64_t measure) {
    return day[measure == DATE_WORK || measure == DATE_OWN_WORK ? DATE_TOURS : DAY_TOURS] > 0;
}

/* What the way to the day's first visit and the way back from its last have beyond the normal commute of one
   text. */
static tick commute_excess(const search *s, const int64_t *day, int64_t kind) {
    const model *m = s->m;
    int64_t first = day[DAY_FIRST_TOUR], last = day[DAY_LAST_TOUR], row = kind * m->tours_n;
    const int32_t *out = m->excess + ((row + first) * m->visits_n + ORDER(first, 0)) * 2;
    const int32_t *back = m->excess + ((row + last) * m->visits_n + ORDER(last, s->count[last] - 1)) * 2;
    return out[0] + back[1];
}

/* Whether a longer day is one by its terms, the number of them aside. */
static bool may_exceed(const search *s, const int64_t *day, const int64_t *longer, tick most) {
    int64_t measure = longer[G_MEASURE], terms = longer[G_TERMS];
    if (day[measure] > most) return false;
    if ((terms & SPAN_FRAGILE_ONLY) && !day[DAY_FRAGILE]) return false;
    return !(terms & SPAN_LESS_COMMUTE) || day[SPAN] + commute_excess(s, day, longer[G_EXCESS]) <= most;
}

/* The days of one text that are longer than normal: allowed each, and no more than are left of a group. */
static bool longer_days_hold(const search *s, int64_t r) {
    const model *m = s->m;
    const int64_t *longer = m->longer + r * G_COLUMNS;
    int64_t used[GROUPS] = {0}, measure = longer[G_MEASURE];
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const int64_t *day = DAY(d);
        if (d < HISTORY || !has_tours(day, measure)) continue;
        const int64_t *limits = m->longer_limits + (r * m->short_gap_d1 + mix_of_day(day, measure)) * 2;
        if (day[measure] <= limits[0]) continue;
        if (!may_exceed(s, day, longer, limits[1])) return false;
        used[m->longer_groups[r * m->days_d1 + d]] += 1;
    }
    for (int g = 0; g < GROUPS; g++)
        if (used[g] > longer[G_LEFT + g]) return false;
    return true;
}

/* Limits of single days, and the longer days that each text allows. */
static bool days_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    for (int64_t measure = 0; measure < DAY_MEASURES; measure++) {
        const int64_t *limits = m->day_limits + (worker * DAY_MEASURES + measure) * m->short_gap_d1;
        for (int64_t x = 0; x < s->busy_size; x++) {
            const int64_t *day = DAY(s->busy[x]);
            if (s->busy[x] < HISTORY) continue;
            if (has_tours(day, measure) && day[measure] > limits[mix_of_day(day, measure)]) return false;
        }
    }
    for (int64_t r = WORKER(worker, W_LONGER0); r < WORKER(worker, W_LONGER1); r++)
        if (!longer_days_hold(s, r)) return false;
    return true;
}

/* The rest owed between two worked days: the daily one, longer after a long night. */
static tick rest_owed(const search *s, int64_t worker, int64_t before, int64_t after) {
    const model *m = s->m;
    int64_t hosts = JOIN_MIX(worker, DAY(before)[DAY_HOSTS], DAY(after)[DAY_HOSTS]),
            row = worker * m->short_gap_d1 + hosts;
    const int64_t *night = m->night_rest + row * R_COLUMNS;
    if (!is_night(s, worker, before, hosts)) return m->rest[row];
    tick work = DAY(before)[WORK], inside = night_of(s, worker, before, hosts);
    tick over = later(work - night[R_OVER], (inside >= night[R_WHOLE] ? work : inside) - night[R_OVER_NIGHT]);
    return over > 0 ? later(m->rest[row], night[R_DAILY] + over) : m->rest[row];
}

/* Rest between days, dates and nights in a row. */
static bool sequence_holds(const search *s, int64_t worker) {
    const model *m = s->m;
    const int64_t *in_a_row = m->in_a_row + worker * m->short_gap_d1,
                  *nights = m->nights_in_a_row + worker * m->short_gap_d1;
    int64_t before = -1, row = 0, row_hosts = 0, row_tours = 0, night = 0, night_hosts = 0, night_tours = 0;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const int64_t *day = DAY(d);
        bool follows = x > 0 && s->busy[x - 1] == d - 1;
        if (!follows) row = row_hosts = row_tours = 0;
        if (!follows || !day[DAY_IS_NIGHT]) night = night_hosts = night_tours = 0;
        if (!day[DATE_WORKED]) row = row_hosts = row_tours = 0;
        else {
            row += 1;
            row_hosts = JOIN_MIX(worker, row_hosts, day[DATE_HOSTS]);
            row_tours += day[DATE_TOURS];
            if (row_tours > 0 && row > in_a_row[row_hosts]) return false;
        }
        if (!day[DAY_WORKED]) continue;
        if (before >= 0 && day[DAY_TOURS] + DAY(before)[DAY_TOURS] > 0 &&
            day[DAY_START] - DAY(before)[DAY_END] < rest_owed(s, worker, before, d))
            return false;
        before = d;
        if (!day[DAY_IS_NIGHT]) continue;
        night += 1;
        night_hosts = JOIN_MIX(worker, night_hosts, day[DAY_HOSTS]);
        night_tours += day[DAY_TOURS];
        if (night_tours > 0 && night > nights[night_hosts]) return false;
    }
    return true;
}

/* Whether the free time lies in the period for long enough; one that the period before has taken must be
   longer by as much. */
static bool is_rest(const model *m, int64_t r, tick from, tick until, tick length, tick taken) {
    tick inside = sooner(until, m->rests[r * 3 + 1]) - later(from, m->rests[r * 3]),
         share = m->rests[r * 3 + 2];
    return inside >= share && until - from >= length + (until == taken ? share : 0);
}

/* The end of the first rest of the period, FAR for the free time after all days; -FAR for none. */
static tick rest_of(const search *s, int64_t r, tick length, tick taken) {
    const model *m = s->m;
    tick clock = -FAR;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        if (!DAY(d)[DAY_WORKED]) continue;
        if (is_rest(m, r, clock, DAY(d)[DAY_START], length, taken)) return DAY(d)[DAY_START];
        clock = later(clock, DAY(d)[DAY_END]);
    }
    return is_rest(m, r, clock, FAR, length, taken) ? FAR : -FAR;
}

/* A rest in a row for each period, its own unless it is long enough for two. */
static bool rests_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    tick taken = -FAR;
    for (int64_t r = WORKER(worker, W_REST0); r < WORKER(worker, W_REST1); r++) {
        int64_t hosts = 0, tours = 0;
        for (int64_t x = 0; x < s->busy_size; x++) {
            int64_t d = s->busy[x];
            if (DAY(d)[DAY_WORKED] && DAY(d)[DAY_START] < m->rests[r * 3 + 1] &&
                DAY(d)[DAY_END] > m->rests[r * 3]) {
                hosts = JOIN_MIX(worker, hosts, DAY(d)[DAY_HOSTS]);
                tours += DAY(d)[DAY_TOURS];
            }
        }
        tick length = m->rest_lengths[r * m->short_gap_d1 + hosts];
        taken = length > 0 ? rest_of(s, r, length, taken) : -FAR;
        if (length > 0 && tours > 0 && taken == -FAR) return false;
    }
    return true;
}

/* One more date of a run: its length while it is free, and the longest run so far that holds a wanted
   Sunday. */
typedef struct {
    int64_t run, longest;
    bool sunday;
} free_run;

static void next_date(free_run *found, bool is_worked, bool is_sunday) {
    found->sunday = !is_worked && (found->sunday || is_sunday);
    found->run = is_worked ? 0 : found->run + 1;
    if (found->sunday) found->longest = later(found->longest, found->run);
}

/* The longest run of free dates of a stretch, by what is known alone or with the tours. */
static int64_t longest_free(const search *s, int64_t worker, const int64_t *asked, bool with_tours) {
    const model *m = s->m;
    free_run found = {0};
    for (int64_t d = asked[0]; d <= asked[1]; d++) {
        int64_t is_worked =
            with_tours ? DAY(d)[DATE_WORKED] : m->days[(worker * m->days_d1 + d) * D_COLUMNS + D_DATED];
        next_date(&found, is_worked, asked[2] < 0 || (d - asked[2]) % 7 == 0);
    }
    return found.longest;
}

/* A run of free dates inside each stretch of dates. */
static bool free_days_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    for (int64_t r = WORKER(worker, W_FREE0); r < WORKER(worker, W_FREE1); r++) {
        const int64_t *asked = m->free_days + r * 3;
        int64_t hosts = 0, tours = 0;
        for (int64_t x = 0; x < s->busy_size; x++) {
            int64_t d = s->busy[x];
            if (d < asked[0] || d > asked[1]) continue;
            hosts = JOIN_MIX(worker, hosts, DAY(d)[DATE_HOSTS]);
            tours += DAY(d)[DATE_TOURS];
        }
        if (tours == 0) continue;
        int64_t least = m->free_lengths[r * m->short_gap_d1 + hosts];
        if (longest_free(s, worker, asked, true) >= least) continue;
        if (asked[2] < 0 || longest_free(s, worker, asked, false) >= least) return false;
    }
    return true;
}

/* One total over its days: the amount, the hosts met, whether a tour and whether a night is among them. */
static int64_t excess_of_total(const search *s, int64_t worker, int64_t r) {
    const model *m = s->m;
    static const int counted[] = {
        [TOTAL_WORK] = WORK,
        [TOTAL_OWN_WORK] = OWN_WORK,
        [TOTAL_DATES] = DATE_WORKED,
        [TOTAL_CAPPED] = DAY_CAPPED,
    };
    const int64_t *total = m->totals + r * S_COLUMNS;
    bool dates = total[S_MEASURE] == TOTAL_DATES, night = false;
    int64_t value = total[S_BASE], hosts = 0, tours = 0;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        if (!(total[S_DAYS] >> d & 1)) continue;
        value += DAY(d)[counted[total[S_MEASURE]]];
        hosts = JOIN_MIX(worker, hosts, DAY(d)[dates ? DATE_HOSTS : DAY_HOSTS]);
        tours += DAY(d)[dates ? DATE_TOURS : DAY_TOURS];
        night |= DAY(d)[DAY_IS_NIGHT] && DAY(d)[DAY_TOURS];
    }
    if (tours == 0 || (total[S_NIGHTS_ONLY] && !night)) return 0;
    return later(0, value - m->total_limits[r * m->short_gap_d1 + hosts]);
}

/* Price of the totals that may be exceeded; BROKEN when one that may not is. */
static int64_t totals_cost(const search *s, int64_t worker) {
    const model *m = s->m;
    int64_t cost = 0;
    for (int64_t r = WORKER(worker, W_TOTAL0); r < WORKER(worker, W_TOTAL1); r++) {
        int64_t excess = excess_of_total(s, worker, r), price = m->totals[r * S_COLUMNS + S_PRICE];
        if (excess > 0 && price == 0) return BROKEN;
        cost += excess * price;
    }
    return cost;
}

/* Cost of the worker's days beyond that of each tour; BROKEN when a limit is. */
static int64_t judge_days(search *s, int64_t worker) {
    const model *m = s->m;
    gather_days(s, worker);
    if (!days_hold(s, worker) || !sequence_holds(s, worker) || !rests_hold(s, worker) ||
        !free_days_hold(s, worker))
        return BROKEN;
    int64_t cost = totals_cost(s, worker), work = 0;
    if (cost == BROKEN) return BROKEN;
    for (int64_t tour = WORKER(worker, W_TOUR0); tour < WORKER(worker, W_TOUR1); tour++)
        if (is_driven(s, tour)) work += s->measures[tour][M_WORK];
    return cost + WEIGHT(C_EQUITY) * later(0, work - WORKER(worker, W_FAIR));
}

/* One more number of a digest (multiplier and finish of splitmix64). */
static uint64_t digest(uint64_t sum, int64_t value) {
    sum = (sum ^ (uint64_t)value) * 0xbf58476d1ce4e5b9u;
    return sum ^ sum >> 29;
}

/* All that the judgement of a worker's days depends on, in 128 bits: the measures of his tours, those of cost
   and idle time aside, their first and last visits and the hosts met now. */
static verdict identify(const search *s, int64_t worker) {
    const model *m = s->m;
    const uint64_t aside = 1 << M_COST | 1 << M_LATE | 1 << M_MAX_LATE | 1 << M_MAX_WAIT | 1 << M_DEPART |
                           1 << M_BACK | 1 << M_IDLE | 1 << M_UNFED | 1 << M_COUNT;
    verdict found = {digest(0x9e3779b97f4a7c15u, worker), 0x94d049bb133111ebu, 0};
    for (int64_t tour = WORKER(worker, W_TOUR0); tour < WORKER(worker, W_TOUR1); tour++) {
        const int64_t *measures = s->measures[tour];
        if (!is_driven(s, tour)) continue;
        int64_t ends = ORDER(tour, 0) * m->visits_n + ORDER(tour, s->count[tour] - 1);
        found.one = digest(digest(found.one, tour), ends);
        found.other = digest(digest(digest(found.other, ends), tour), hosts_of(s, tour));
        for (int c = 0; c < M_COLUMNS; c++) {
            if (aside >> c & 1) continue;
            found.one = digest(found.one, measures[c]);
            found.other = digest(found.other, measures[c] + c);
        }
    }
    return found;
}

/* The same, looked up where the days were judged before: search tries the same tours again and again. */
SHARED int64_t judge_worker(search *s, int64_t worker) {
    verdict asked = identify(s, worker), *known = &s->verdicts[asked.one & (VERDICTS - 1)];
    if (known->one == asked.one && known->other == asked.other) {
#ifdef __SANITIZE_ADDRESS__ /* `make sanitize` also looks whether the digest leaves anything out */
        if (judge_days(s, worker) != known->cost) __builtin_trap();
#endif
        return known->cost;
    }
    asked.cost = judge_days(s, worker);
    *known = asked;
    return asked.cost;
}
