/* Made by `make kernel-headers` from the Python beside it (header.py); do not edit. */
#ifndef BRIGADE_INTERFACE_H
#define BRIGADE_INTERFACE_H
#include <stdbool.h>
#include <stdint.h>
#define FAR ((int64_t)1099511627776)
#define NO_WAY 536870912
#define HISTORY 14
#define AFTER 14
#define LONGEST_TOUR 60
#define MOST_MIXES 512
#define MAY 1
#define MAY_FIRST 2
#define MAY_LAST 4
#define MAY_GUIDE 8
#define WORK 0
#define OWN_WORK 1
#define SPAN 2
#define GAPS 3
#define GAP_TOTAL 4
#define LONG_GAPS 5
#define LONGEST_GAP 6
#define NIGHT_WORK 7
#define NO_PERIOD 8
#define DATE_WORK 9
#define DATE_OWN_WORK 10
#define DAY_MEASURES 11
#define TOTAL_WORK 0
#define TOTAL_OWN_WORK 1
#define TOTAL_DATES 2
#define TOTAL_CAPPED 3
#define TOTAL_PRESENCES 4
#define SAME 1
#define DIFFERENT 2
#define GUIDES 3
#define GUIDED 4
#define SPAN_FRAGILE_ONLY 1
#define SPAN_LESS_COMMUTE 2
#define PATH_VISIT ((int64_t)1152921504606846976)
#define PATH_ESSENTIAL ((int64_t)2305843009213693952)
#define POOL_ROWS 20000
#define CUT_WORDS 2
#define MOST_CUTS 128
#define GROUPS 4
enum verdict { VERDICT_LAWFUL = 0, VERDICT_RULE = 1, VERDICT_TIMES = 2, VERDICT_TIED = 3, VERDICT_ENDS = 4,
    VERDICT_FULL = 5, VERDICT_NOWHERE = 6 };
enum effort { EFFORT_EXACT = 0, EFFORT_COARSE = 1, EFFORT_FINE = 2, EFFORT_MILD = 3 };
struct visit {
    int64_t site;
    int64_t duration;
    int64_t first_window;
    int64_t end_window;
    int64_t penalty;
    int64_t guide;
    int64_t provider;
    int64_t host;
    int64_t first_link;
    int64_t end_link;
    int64_t opens;
    int64_t shuts;
    int64_t worker_told;
    int64_t client_told;
    int64_t is_pinned;
    int64_t is_fragile;
};
struct window {
    int64_t earliest;
    int64_t latest;
    int64_t hard_latest;
};
struct link {
    int64_t other;
    int64_t timed;
    int64_t low;
    int64_t high;
    int64_t worker;
    int64_t together;
};
struct tour {
    int64_t worker;
    int64_t profile;
    int64_t start;
    int64_t end;
    int64_t hard_end;
    int64_t start_site;
    int64_t end_site;
    int64_t slot;
    int64_t most_visits;
    int64_t idle;
    int64_t stay;
    int64_t vehicle;
    int64_t out;
    int64_t home;
    int64_t odometer;
};
struct vehicle {
    int64_t first_ride;
    int64_t end_ride;
    int64_t first_hour;
    int64_t end_hour;
    int64_t range;
    int64_t gap;
    int64_t day_price;
};
struct breaks {
    int64_t stretch;
    int64_t rest;
    int64_t meal;
    int64_t meal_before;
    int64_t meal_after;
    int64_t meal_from;
    int64_t meal_to;
    int64_t own_meal;
    int64_t own_meal_from;
    int64_t own_meal_to;
    int64_t own_meal_required;
    int64_t last_stretch;
};
struct worker {
    int64_t first_tour;
    int64_t end_tour;
    int64_t first_block;
    int64_t end_block;
    int64_t first_total;
    int64_t end_total;
    int64_t first_rest;
    int64_t end_rest;
    int64_t first_free;
    int64_t end_free;
    int64_t fair_work;
    int64_t kind;
    int64_t rebuilds_travel;
    int64_t first_longer;
    int64_t end_longer;
};
struct span {
    int64_t start;
    int64_t end;
};
struct block {
    int64_t start;
    int64_t end;
    int64_t scope;
};
struct commute {
    int32_t out;
    int32_t back;
};
struct known_day {
    int64_t is_worked;
    int64_t work;
    int64_t own_work;
    int64_t start;
    int64_t end;
    int64_t date_is_worked;
    int64_t midnight;
    int64_t date_work;
    int64_t date_own_work;
    int64_t is_leave;
    int64_t call_start;
    int64_t call_end;
};
struct night_rest {
    int64_t daily;
    int64_t over;
    int64_t over_night;
    int64_t whole;
};
struct longer {
    int64_t measure;
    int64_t terms;
    int64_t excess;
    int64_t left[4];
};
struct longer_limit {
    int64_t normal;
    int64_t exceptional;
};
struct total {
    int64_t measure;
    int64_t days;
    int64_t base;
    int64_t price;
    int64_t nights_only;
};
struct rest_period {
    int64_t start;
    int64_t end;
    int64_t share;
};
struct free_stretch {
    int64_t first;
    int64_t last;
    int64_t sunday;
};
struct night_rows {
    int64_t first;
    int64_t end;
};
struct path {
    int64_t worker;
    int64_t first;
    int64_t last;
    int64_t visits;
    int64_t essential;
    int64_t percent;
    int64_t work;
    int64_t clients;
};
struct weights {
    int64_t lateness;
    int64_t waiting;
    int64_t interruption;
    int64_t overtime;
    int64_t used_worker;
    int64_t equity_workers;
    int64_t equity_providers;
    int64_t max_lateness;
    int64_t max_waiting;
    int64_t moved_start;
    int64_t moved_visit;
    int64_t missed_meal;
    int64_t max_idle;
    int64_t workload_balance;
    int64_t usual_hour;
    int64_t path_essential;
    int64_t path_hours;
    int64_t path_clients;
};
struct scalars {
    int64_t timed_links;
    int64_t lateness;
    int64_t length;
    int64_t horizon;
    int64_t providers;
    int64_t tolerance;
    int64_t steady;
    int64_t early;
};
struct place {
    int64_t verdict;
    int64_t tour;
    int64_t position;
    int64_t change;
    int64_t shortfall;
};
struct spot {
    int64_t visit;
    int64_t tour;
    int64_t position;
};
struct facts {
    int64_t best;
    int64_t present;
    int64_t guide;
    int64_t iterations;
    int64_t improvements;
    int64_t pooled;
    int64_t covered;
};
struct pooled {
    int64_t tour;
    int64_t length;
    int64_t cost;
};
struct measures {
    int64_t first;
    int64_t last;
    int64_t work;
    int64_t gaps;
    int64_t gap_total;
    int64_t long_gaps;
    int64_t night;
    int64_t hosts;
    int64_t capped;
    int64_t longest_gap;
    int64_t fragile;
    int64_t period;
    int64_t after;
    int64_t presences;
    int64_t count;
    int64_t depart;
    int64_t back;
    int64_t late;
    int64_t max_late;
    int64_t max_wait;
    int64_t cost;
    int64_t idle;
    int64_t unfed;
    int64_t metres;
};
typedef struct {
    const struct visit *visits;
    const struct window *windows;
    const struct link *links;
    const struct tour *tours;
    const struct vehicle *vehicles;
    const int64_t *rides;
    const struct span *hours;
    const int32_t *metres;
    const struct worker *workers;
    const struct block *blocks;
    const uint8_t *scopes;
    const uint8_t *pairs;
    const int64_t *pair_cost;
    const int32_t *service;
    const int32_t *counted;
    const uint8_t *capped;
    const int32_t *travel;
    const int64_t *leg_cost;
    const struct breaks *breaks;
    const struct commute *excess;
    const struct known_day *days;
    const int64_t *day_limits;
    const struct longer *longer;
    const struct longer_limit *longer_limits;
    const int64_t *longer_groups;
    const int64_t *rest;
    const int64_t *known_night;
    const struct night_rest *night_rest;
    const int64_t *night_from;
    const int64_t *nights_in_a_row;
    const int64_t *in_a_row;
    const struct total *totals;
    const int64_t *total_limits;
    const struct rest_period *rests;
    const int64_t *rest_lengths;
    const struct free_stretch *free_days;
    const int64_t *free_lengths;
    const int32_t *host_mix;
    const int32_t *mix_join;
    const int64_t *short_gap;
    const int64_t *long_gap;
    const int64_t *travel_counts;
    const struct night_rows *nights;
    const struct span *night;
    const struct path *paths;
    const int64_t *path_bits;
    const struct weights *weights;
    const int64_t *usual;
    const int32_t *near;
    const struct scalars *scalars;
    int64_t visits_n;
    int64_t tours_n;
    int64_t vehicles_n;
    int64_t sites_n;
    int64_t workers_n;
    int64_t scopes_n;
    int64_t profiles_n;
    int64_t mixes_n;
    int64_t slots_n;
    int64_t measures_n;
    int64_t texts_n;
    int64_t totals_n;
    int64_t rests_n;
    int64_t stretches_n;
    int64_t kinds_n;
    int64_t classes_n;
    int64_t paths_n;
    int64_t neighbours_n;
} model;
typedef struct handle handle;
typedef struct pricer pricer;
handle *search_new(const model *m, uint64_t random_seed);
void search_free(handle *h);
bool search_load(handle *h, const int32_t *order, const int64_t *count, int64_t width, const int64_t *starts);
void search_routes(handle *h, int64_t rows, const int64_t *tours, const int32_t *routes, const int64_t
    *counts, int64_t width, uint8_t *holds, int64_t *early, int64_t *late);
void search_pairs(handle *h, const int64_t *tours, const int64_t *rows, const int32_t *ones, const int64_t
    *one_counts, const int32_t *others, const int64_t *other_counts, int64_t width, uint8_t *holds);
void search_guide(handle *h, const int64_t *guide);
void search_construct(handle *h);
int64_t search_complete(handle *h);
int64_t search_enumerate(handle *h, const int32_t *ticks, const int64_t *roads, const int64_t *sequence,
    int64_t nodes);
void search_anneal(handle *h, int64_t iterations, double hot, double cold, double done, double goal);
void search_reset_best(handle *h);
void search_plan(const handle *h, bool best, int32_t *order, int64_t *count, int64_t width);
void search_facts(const handle *h, struct facts *found);
int64_t search_pool(const handle *h, int32_t *order, struct pooled *heads, int64_t width, int64_t most);
void search_measures(const handle *h, int64_t tour, struct measures *measures);
void search_starts(const handle *h, int64_t *starts);
void search_spans(const handle *h, int64_t *early, int64_t *late);
bool search_try(handle *h, int64_t visit, int64_t tour, int64_t position, int64_t *change);
void search_place(handle *h, int64_t visit, int64_t low, int64_t high, const int64_t *without, int64_t size,
    const struct spot *first, bool anyway, struct place *found);
bool search_leaving(handle *h, int64_t visit, int64_t tour, const int64_t *rows, const int64_t *ends, int64_t
    n, int64_t own, int64_t *gone, int64_t *goes);
pricer *pricer_new(const model *m, const int32_t *shortest, int64_t capacity);
void pricer_free(pricer *p);
void pricer_cut(pricer *p, int64_t cuts, const int32_t *visits, const int64_t *price);
int64_t price_tour(pricer *p, int64_t tour, const int64_t *dual, int64_t sigma, int mode, int64_t grain,
    int64_t most, int64_t below, int64_t *best, int64_t width_out, int32_t *routes, int64_t *lengths);
int64_t route_cost(const model *m, int64_t tour, const int32_t *route, int64_t length, bool legs);
void shortest_travel(int32_t *travel, int64_t n, int64_t stride);
void normal_matrix(int64_t columns, const int64_t *start, const int32_t *rows, const double *weight, const
    double *diagonal, int64_t size, double *out);
#endif
