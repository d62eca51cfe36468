/* A worker's days against the limits of docs/design.md section 4. */
#include "duty.h"
#include "timing.h"

/* Whether the tour has stops, and had some when it was measured: a judgement that failed before leaves
   measures as they were. */
static bool is_driven(const search *s, int64_t tour) {
    return s->count[tour] > 0 && s->measures[tour].count > 0;
}

/* A day before any tour: history and other work. */
static void known_day(search *s, int64_t worker, int64_t d) {
    const model *m = s->m;
    const struct known_day *known = &m->days[worker * m->slots_n + d];
    s->days[d] = (duty_day){
        .of[WORK] = known->work,
        .of[OWN_WORK] = known->own_work,
        .of[DATE_WORK] = known->date_work,
        .of[DATE_OWN_WORK] = known->date_own_work,
        .start = known->start,
        .end = known->end,
        .is_worked = known->is_worked,
        .date_is_worked = known->date_is_worked,
    };
}

/* The time between two tours of one day, ways home and back included, is an interruption unless it is
   short. */
static void add_gap_between(search *s, int64_t worker, int64_t last, int64_t tour) {
    const model *m = s->m;
    tick free = s->measures[tour].first - s->measures[last].last;
    duty_day *day = &s->days[m->tours[tour].slot];
    if (free <= 0 || free < m->short_gap[worker * m->mixes_n + hosts_of_day(s, tour)]) return;
    if (m->workers[worker].rebuilds_travel) {
        int64_t from = ORDER(last, s->count[last] - 1), to = ORDER(tour, 0);
        tick travel = TRAVEL(m->tours[tour].profile, m->visits[from].site, m->visits[to].site);
        if (travel >= NO_WAY) travel -= NO_WAY;
        day->of[WORK] += travel;
        day->of[OWN_WORK] += travel;
    }
    day->of[GAPS] += 1;
    day->of[GAP_TOTAL] += free;
    day->of[LONG_GAPS] += free > m->long_gap[worker * m->mixes_n + hosts_of_day(s, tour)];
    day->of[LONGEST_GAP] = later(day->of[LONGEST_GAP], free);
}

/* A tour takes every date on which its services have time; the hosts are those of its duty day. */
static void add_dates(search *s, int64_t worker, int64_t slot, const struct measures *found) {
    const model *m = s->m;
    for (int64_t d = slot; d < m->slots_n; d++) {
        tick midnight = m->days[worker * m->slots_n + d].midnight;
        if (found->first < midnight) {
            duty_day *day = &s->days[d];
            day->date_is_worked = 1;
            day->date_tours += 1;
            day->date_hosts = JOIN_MIX(worker, day->date_hosts, s->days[slot].hosts);
        }
        if (found->last <= midnight) return;
    }
}

static void add_tour(search *s, int64_t worker, int64_t tour) {
    const model *m = s->m;
    const struct measures *found = &s->measures[tour];
    duty_day *day = &s->days[m->tours[tour].slot];
    if (day->tours == 0) day->first_tour = tour;
    day->last_tour = tour;
    day->night += found->night;
    day->of[WORK] += found->work;
    day->of[OWN_WORK] += found->work;
    day->of[GAPS] += found->gaps;
    day->of[GAP_TOTAL] += found->gap_total;
    day->of[LONG_GAPS] += found->long_gaps;
    day->of[LONGEST_GAP] = later(day->of[LONGEST_GAP], found->longest_gap);
    day->of[NO_PERIOD] = sooner(day->of[NO_PERIOD], -found->period);
    day->start = sooner(day->start, found->first);
    day->end = later(day->end, found->last);
    day->is_worked = 1;
    day->tours += 1;
    day->hosts = JOIN_MIX(worker, day->hosts, found->hosts);
    day->capped += found->capped;
    day->presences += found->presences;
    day->is_fragile |= found->fragile;
}

/* Work by local date: what comes after the midnight that ends the duty date is the next one's. */
static void add_date_work(search *s, int64_t slot, const struct measures *found) {
    for (int measure = DATE_WORK; measure <= DATE_OWN_WORK; measure++) {
        s->days[slot].of[measure] += found->work - found->after;
        if (slot + 1 < s->m->slots_n) s->days[slot + 1].of[measure] += found->after;
    }
}

/* Night work of a day under a mix of hosts: its tours' own, and what is known beside them. */
static tick night_of(const search *s, int64_t worker, int64_t d, int64_t hosts) {
    const model *m = s->m;
    return s->days[d].night + m->known_night[(worker * m->slots_n + d) * m->mixes_n + hosts];
}

/* Whether the day counts as a night under a mix of hosts. */
static bool is_night(const search *s, int64_t worker, int64_t d, int64_t hosts) {
    tick night = night_of(s, worker, d, hosts);
    return night > 0 && night >= s->m->night_from[worker * s->m->mixes_n + hosts];
}

/* List the days that hold anything: the limits walk over these alone, most of a horizon's known days being
   empty. */
static void list_busy(search *s) {
    s->busy_size = 0;
    for (int64_t d = 0; d < s->m->slots_n; d++) {
        const duty_day *day = &s->days[d];
        int64_t work = day->of[WORK] | day->of[OWN_WORK] | day->of[DATE_WORK] | day->of[DATE_OWN_WORK];
        if (day->is_worked | day->date_is_worked | work) s->busy[s->busy_size++] = d;
    }
}

/* What the worker does each day, known days and tours together, into `days`. */
static void gather_days(search *s, int64_t worker) {
    const model *m = s->m;
    int64_t last = -1, hosts = 0;
    for (int64_t d = 0; d < m->slots_n; d++) known_day(s, worker, d);
    for (int64_t tour = m->workers[worker].first_tour; tour < m->workers[worker].end_tour; tour++) {
        if (!is_driven(s, tour)) continue;
        if (last >= 0 && m->tours[last].slot == m->tours[tour].slot) add_gap_between(s, worker, last, tour);
        add_tour(s, worker, tour);
        hosts = JOIN_MIX(worker, hosts, s->measures[tour].hosts);
        last = tour;
    }
    for (int64_t tour = m->workers[worker].first_tour; tour < m->workers[worker].end_tour; tour++) {
        if (!is_driven(s, tour)) continue;
        add_dates(s, worker, m->tours[tour].slot, &s->measures[tour]);
        add_date_work(s, m->tours[tour].slot, &s->measures[tour]);
    }
    list_busy(s);
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        duty_day *day = &s->days[d];
        if (!day->is_worked) continue;
        day->of[SPAN] = day->end - day->start;
        day->is_night = is_night(s, worker, d, day->tours ? day->hosts : hosts);
        day->of[NIGHT_WORK] = day->is_night ? day->of[WORK] : 0;
    }
}

static int64_t mix_of_day(const duty_day *day, int64_t measure) {
    return measure == DATE_WORK || measure == DATE_OWN_WORK ? day->date_hosts : day->hosts;
}

static bool has_tours(const duty_day *day, int64_t measure) {
    return (measure == DATE_WORK || measure == DATE_OWN_WORK ? day->date_tours : day->tours) > 0;
}

/* What the way to the day's first visit and the way back from its last have beyond the normal commute of one
   text. */
static tick commute_excess(const search *s, const duty_day *day, int64_t kind) {
    const model *m = s->m;
    int64_t first = day->first_tour, last = day->last_tour, row = kind * m->tours_n;
    return m->excess[(row + first) * m->visits_n + ORDER(first, 0)].out +
           m->excess[(row + last) * m->visits_n + ORDER(last, s->count[last] - 1)].back;
}

/* Whether a longer day is one by its terms, the number of them aside. */
static bool may_exceed(const search *s, const duty_day *day, const struct longer *longer, tick most) {
    int64_t measure = longer->measure, terms = longer->terms;
    if (day->of[measure] > most) return false;
    if ((terms & SPAN_FRAGILE_ONLY) && !day->is_fragile) return false;
    return !(terms & SPAN_LESS_COMMUTE) || day->of[SPAN] + commute_excess(s, day, longer->excess) <= most;
}

/* The days of one text that are longer than normal: allowed each, and no more than are left of a group. */
static bool longer_days_hold(const search *s, int64_t r) {
    const model *m = s->m;
    const struct longer *longer = &m->longer[r];
    int64_t used[GROUPS] = {0}, measure = longer->measure;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const duty_day *day = &s->days[d];
        if (d < HISTORY || !has_tours(day, measure)) continue;
        const struct longer_limit *limit = &m->longer_limits[r * m->mixes_n + mix_of_day(day, measure)];
        if (day->of[measure] <= limit->normal) continue;
        if (!may_exceed(s, day, longer, limit->exceptional)) return false;
        used[m->longer_groups[r * m->slots_n + d]] += 1;
    }
    for (int g = 0; g < GROUPS; g++)
        if (used[g] > longer->left[g]) return false;
    return true;
}

/* Limits of single days, and the longer days that each text allows. */
static bool days_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    for (int64_t measure = 0; measure < DAY_MEASURES; measure++) {
        const int64_t *limits = m->day_limits + (worker * DAY_MEASURES + measure) * m->mixes_n;
        for (int64_t x = 0; x < s->busy_size; x++) {
            const duty_day *day = &s->days[s->busy[x]];
            if (s->busy[x] < HISTORY) continue;
            if (has_tours(day, measure) && day->of[measure] > limits[mix_of_day(day, measure)]) return false;
        }
    }
    for (int64_t r = m->workers[worker].first_longer; r < m->workers[worker].end_longer; r++)
        if (!longer_days_hold(s, r)) return false;
    return true;
}

/* The rest owed between two worked days: the daily one, longer after a long night. */
static tick rest_owed(const search *s, int64_t worker, int64_t before, int64_t after) {
    const model *m = s->m;
    int64_t hosts = JOIN_MIX(worker, s->days[before].hosts, s->days[after].hosts),
            row = worker * m->mixes_n + hosts;
    const struct night_rest *night = &m->night_rest[row];
    if (!is_night(s, worker, before, hosts)) return m->rest[row];
    tick work = s->days[before].of[WORK], inside = night_of(s, worker, before, hosts);
    tick over = later(work - night->over, (inside >= night->whole ? work : inside) - night->over_night);
    return over > 0 ? later(m->rest[row], night->daily + over) : m->rest[row];
}

/* Rest between days, dates and nights in a row. */
static bool sequence_holds(const search *s, int64_t worker) {
    const model *m = s->m;
    const int64_t *in_a_row = m->in_a_row + worker * m->mixes_n,
                  *nights = m->nights_in_a_row + worker * m->mixes_n;
    int64_t before = -1, row = 0, row_hosts = 0, row_tours = 0, night = 0, night_hosts = 0, night_tours = 0;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const duty_day *day = &s->days[d];
        bool follows = x > 0 && s->busy[x - 1] == d - 1;
        if (!follows) row = row_hosts = row_tours = 0;
        if (!follows || !day->is_night) night = night_hosts = night_tours = 0;
        if (!day->date_is_worked) row = row_hosts = row_tours = 0;
        else {
            row += 1;
            row_hosts = JOIN_MIX(worker, row_hosts, day->date_hosts);
            row_tours += day->date_tours;
            if (row_tours > 0 && row > in_a_row[row_hosts]) return false;
        }
        if (!day->is_worked) continue;
        if (before >= 0 && day->tours + s->days[before].tours > 0 &&
            day->start - s->days[before].end < rest_owed(s, worker, before, d))
            return false;
        before = d;
        if (!day->is_night) continue;
        night += 1;
        night_hosts = JOIN_MIX(worker, night_hosts, day->hosts);
        night_tours += day->tours;
        if (night_tours > 0 && night > nights[night_hosts]) return false;
    }
    return true;
}

/* Whether the free time lies in the period for long enough; one that the period before has taken must be
   longer by as much. */
static bool is_rest(const model *m, int64_t r, tick from, tick until, tick length, tick taken) {
    tick inside = sooner(until, m->rests[r].end) - later(from, m->rests[r].start), share = m->rests[r].share;
    return inside >= share && until - from >= length + (until == taken ? share : 0);
}

/* The end of the first rest of the period, FAR for the free time after all days; -FAR for none. A call parts
   the free time it comes in, before the work of its date or after it. */
static tick rest_of(const search *s, int64_t worker, int64_t r, tick length, tick taken) {
    const model *m = s->m;
    tick clock = -FAR;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const struct known_day *known = &m->days[worker * m->slots_n + d];
        bool is_called = known->call_start < known->call_end, is_worked = s->days[d].is_worked;
        bool is_first = is_called && (!is_worked || known->call_start < s->days[d].start);
        for (int part = 0; part < 2; part++) {
            bool is_call = (part == 0) == is_first;
            if (is_call ? !is_called : !is_worked) continue;
            tick start = is_call ? known->call_start : s->days[d].start;
            if (is_rest(m, r, clock, start, length, taken)) return start;
            clock = later(clock, is_call ? known->call_end : s->days[d].end);
        }
    }
    return is_rest(m, r, clock, FAR, length, taken) ? FAR : -FAR;
}

/* A rest in a row for each period, its own unless it is long enough for two. */
static bool rests_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    tick taken = -FAR;
    for (int64_t r = m->workers[worker].first_rest; r < m->workers[worker].end_rest; r++) {
        int64_t hosts = 0, tours = 0;
        for (int64_t x = 0; x < s->busy_size; x++) {
            int64_t d = s->busy[x];
            if (s->days[d].is_worked && s->days[d].start < m->rests[r].end &&
                s->days[d].end > m->rests[r].start) {
                hosts = JOIN_MIX(worker, hosts, s->days[d].hosts);
                tours += s->days[d].tours;
            }
        }
        tick length = m->rest_lengths[r * m->mixes_n + hosts];
        taken = length > 0 ? rest_of(s, worker, r, length, taken) : -FAR;
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
static int64_t longest_free(const search *s, int64_t worker, const struct free_stretch *asked,
                            bool with_tours) {
    const model *m = s->m;
    free_run found = {0};
    for (int64_t d = asked->first; d <= asked->last; d++) {
        const struct known_day *known = &m->days[worker * m->slots_n + d];
        int64_t is_worked = with_tours ? s->days[d].date_is_worked : known->date_is_worked;
        next_date(&found, is_worked || known->is_leave, asked->sunday < 0 || (d - asked->sunday) % 7 == 0);
    }
    return found.longest;
}

/* A run of free dates inside each stretch of dates. */
static bool free_days_hold(const search *s, int64_t worker) {
    const model *m = s->m;
    for (int64_t r = m->workers[worker].first_free; r < m->workers[worker].end_free; r++) {
        const struct free_stretch *asked = &m->free_days[r];
        int64_t hosts = 0, tours = 0;
        for (int64_t x = 0; x < s->busy_size; x++) {
            int64_t d = s->busy[x];
            if (d < asked->first || d > asked->last) continue;
            hosts = JOIN_MIX(worker, hosts, s->days[d].date_hosts);
            tours += s->days[d].date_tours;
        }
        if (tours == 0) continue;
        int64_t least = m->free_lengths[r * m->mixes_n + hosts];
        if (longest_free(s, worker, asked, true) >= least) continue;
        if (asked->sunday < 0 || longest_free(s, worker, asked, false) >= least) return false;
    }
    return true;
}

/* What a day adds to a total. */
static int64_t counted(const duty_day *day, int64_t measure) {
    switch (measure) {
    case TOTAL_WORK: return day->of[WORK];
    case TOTAL_OWN_WORK: return day->of[OWN_WORK];
    case TOTAL_DATES: return day->date_is_worked;
    case TOTAL_PRESENCES: return day->presences;
    default: return day->capped;
    }
}

/* One total over its days: the amount, the hosts met, whether a tour and whether a night is among them. */
static int64_t excess_of_total(const search *s, int64_t worker, int64_t r) {
    const model *m = s->m;
    const struct total *total = &m->totals[r];
    bool dates = total->measure == TOTAL_DATES, night = false;
    int64_t value = total->base, hosts = 0, tours = 0;
    for (int64_t x = 0; x < s->busy_size; x++) {
        int64_t d = s->busy[x];
        const duty_day *day = &s->days[d];
        if (!(total->days >> d & 1)) continue;
        value += counted(day, total->measure);
        hosts = JOIN_MIX(worker, hosts, dates ? day->date_hosts : day->hosts);
        tours += dates ? day->date_tours : day->tours;
        night |= day->is_night && day->tours;
    }
    if (tours == 0 || (total->nights_only && !night)) return 0;
    return later(0, value - m->total_limits[r * m->mixes_n + hosts]);
}

/* Price of the totals that may be exceeded; BROKEN when one that may not is. */
static int64_t totals_cost(const search *s, int64_t worker) {
    const model *m = s->m;
    int64_t cost = 0;
    for (int64_t r = m->workers[worker].first_total; r < m->workers[worker].end_total; r++) {
        int64_t excess = excess_of_total(s, worker, r), price = m->totals[r].price;
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
    for (int64_t tour = m->workers[worker].first_tour; tour < m->workers[worker].end_tour; tour++)
        if (is_driven(s, tour)) work += s->measures[tour].work;
    return cost + m->weights->equity_workers * later(0, work - m->workers[worker].fair_work);
}

/* All that the judgement of a worker's days depends on: the measures of his tours, those of cost and idle
   time aside, their first and last visits and the hosts met now. */
static digest identify(const search *s, int64_t worker) {
    const model *m = s->m;
    digest found = with(NO_DIGEST, worker);
    for (int64_t tour = m->workers[worker].first_tour; tour < m->workers[worker].end_tour; tour++) {
        if (!is_driven(s, tour)) continue;
        int64_t ends = ORDER(tour, 0) * m->visits_n + ORDER(tour, s->count[tour] - 1);
        found = with(with(found, tour * m->mixes_n + hosts_of(s, tour)), ends);
        found.one = mixed(found.one, (int64_t)s->judged[tour].one);
        found.other = mixed(found.other, (int64_t)s->judged[tour].other);
    }
    return found;
}

/* The same, looked up where the days were judged before: search tries the same tours again and again. */
SHARED int64_t judge_worker(search *s, int64_t worker) {
    digest asked = identify(s, worker);
    verdict *known = &s->verdicts[asked.one & (VERDICTS - 1)];
    if (is_same(known->of, asked)) {
#ifdef __SANITIZE_ADDRESS__ /* `make sanitize` also looks whether the digest leaves anything out */
        if (judge_days(s, worker) != known->cost) __builtin_trap();
#endif
        return known->cost;
    }
    *known = (verdict){asked, judge_days(s, worker)};
    return known->cost;
}
