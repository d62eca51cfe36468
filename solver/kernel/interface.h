/* Made by `make kernel-headers` from the Python beside it (header.py); do not edit. */
#ifndef BRIGADE_INTERFACE_H
#define BRIGADE_INTERFACE_H
#include <stdbool.h>
#include <stdint.h>
#define FAR ((int64_t)1099511627776)
#define HISTORY 14
#define AFTER 14
#define LONGEST_TOUR 60
#define MOST_MIXES 512
#define V_SITE 0
#define V_DUR 1
#define V_WIN0 2
#define V_WIN1 3
#define V_PEN 4
#define V_GUIDE 5
#define V_PROVIDER 6
#define V_HOST 7
#define V_LINK0 8
#define V_LINK1 9
#define V_OPEN 10
#define V_SHUT 11
#define V_TOLD 12
#define V_HOUR 13
#define V_PINNED 14
#define V_FRAGILE 15
#define V_COLUMNS 16
#define T_WORKER 0
#define T_PROFILE 1
#define T_START 2
#define T_END 3
#define T_HARD 4
#define T_OUT 5
#define T_IN 6
#define T_SLOT 7
#define T_BOUND 8
#define T_IDLE 9
#define T_COLUMNS 10
#define B_STRETCH 0
#define B_BREAK 1
#define B_MEAL 2
#define B_MEAL_BEFORE 3
#define B_MEAL_AFTER 4
#define B_MEAL_FROM 5
#define B_MEAL_TO 6
#define B_OWN 7
#define B_OWN_FROM 8
#define B_OWN_TO 9
#define B_OWN_REQUIRED 10
#define B_STRETCH_END 11
#define B_COLUMNS 12
#define W_TOUR0 0
#define W_TOUR1 1
#define W_BLOCK0 2
#define W_BLOCK1 3
#define W_TOTAL0 4
#define W_TOTAL1 5
#define W_REST0 6
#define W_REST1 7
#define W_FREE0 8
#define W_FREE1 9
#define W_FAIR 10
#define W_KIND 11
#define W_REBUILT 12
#define W_LONGER0 13
#define W_LONGER1 14
#define W_COLUMNS 15
#define MAY 1
#define MAY_FIRST 2
#define MAY_LAST 4
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
#define DAY_START 11
#define DAY_END 12
#define DAY_WORKED 13
#define DAY_TOURS 14
#define DAY_HOSTS 15
#define DAY_CAPPED 16
#define DAY_NIGHT 17
#define DAY_IS_NIGHT 18
#define DAY_FRAGILE 19
#define DAY_FIRST_TOUR 20
#define DAY_LAST_TOUR 21
#define DATE_WORKED 22
#define DATE_TOURS 23
#define DATE_HOSTS 24
#define DAY_COLUMNS 25
#define TOTAL_WORK 0
#define TOTAL_OWN_WORK 1
#define TOTAL_DATES 2
#define TOTAL_CAPPED 3
#define D_WORKED 0
#define D_WORK 1
#define D_OWN_WORK 2
#define D_START 3
#define D_END 4
#define D_DATED 5
#define D_MIDNIGHT 6
#define D_DATE_WORK 7
#define D_DATE_OWN_WORK 8
#define D_COLUMNS 9
#define R_DAILY 0
#define R_OVER 1
#define R_OVER_NIGHT 2
#define R_WHOLE 3
#define R_COLUMNS 4
#define L_OTHER 0
#define L_TIMED 1
#define L_LOW 2
#define L_HIGH 3
#define L_WORKER 4
#define L_TOGETHER 5
#define L_COLUMNS 6
#define SAME 1
#define DIFFERENT 2
#define SPAN_FRAGILE_ONLY 1
#define SPAN_LESS_COMMUTE 2
#define G_MEASURE 0
#define G_TERMS 1
#define G_EXCESS 2
#define G_LEFT 3
#define GROUPS 4
#define G_COLUMNS 7
#define S_MEASURE 0
#define S_DAYS 1
#define S_BASE 2
#define S_PRICE 3
#define S_NIGHTS_ONLY 4
#define S_COLUMNS 5
#define M_COUNT 0
#define M_FIRST 1
#define M_LAST 2
#define M_DEPART 3
#define M_BACK 4
#define M_WORK 5
#define M_GAPS 6
#define M_GAP_TOTAL 7
#define M_LONG_GAPS 8
#define M_NIGHT 9
#define M_LATE 10
#define M_MAX_LATE 11
#define M_MAX_WAIT 12
#define M_HOSTS 13
#define M_CAPPED 14
#define M_LONGEST_GAP 15
#define M_FRAGILE 16
#define M_COST 17
#define M_IDLE 18
#define M_UNFED 19
#define M_PERIOD 20
#define M_AFTER 21
#define M_COLUMNS 22
#define C_LATE 0
#define C_WAIT 1
#define C_GAP 2
#define C_OVERTIME 3
#define C_USED 4
#define C_EQUITY 5
#define C_PROVIDER 6
#define C_MAX_LATE 7
#define C_MAX_WAIT 8
#define C_MOVED 9
#define C_MOVED_VISIT 10
#define C_NO_MEAL 11
#define C_MAX_IDLE 12
#define C_BALANCE 13
#define C_COLUMNS 14
#define X_TIMED_LINKS 0
#define X_LATE 1
#define X_LENGTH 2
#define X_HORIZON 3
#define X_PROVIDERS 4
#define X_TOLERANCE 5
#define X_STEADY 6
#define X_COLUMNS 7
#define POOL_ROWS 20000
#define CUT_WORDS 2
#define MOST_CUTS 128
enum verdict { VERDICT_LAWFUL = 0, VERDICT_RULE = 1, VERDICT_TIMES = 2, VERDICT_TIED = 3, VERDICT_ENDS = 4,
    VERDICT_FULL = 5, VERDICT_NOWHERE = 6 };
enum effort { EFFORT_EXACT = 0, EFFORT_COARSE = 1, EFFORT_FINE = 2, EFFORT_MILD = 3 };
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
typedef struct {
    const int64_t *visits;
    int64_t visits_n, visits_d1, visits_d2;
    const int64_t *windows;
    int64_t windows_n, windows_d1, windows_d2;
    const int64_t *links;
    int64_t links_n, links_d1, links_d2;
    const int64_t *tours;
    int64_t tours_n, tours_d1, tours_d2;
    const int64_t *workers;
    int64_t workers_n, workers_d1, workers_d2;
    const int64_t *blocks;
    int64_t blocks_n, blocks_d1, blocks_d2;
    const uint8_t *pairs;
    int64_t pairs_n, pairs_d1, pairs_d2;
    const int64_t *pair_cost;
    int64_t pair_cost_n, pair_cost_d1, pair_cost_d2;
    const uint8_t *capped;
    int64_t capped_n, capped_d1, capped_d2;
    const int32_t *travel;
    int64_t travel_n, travel_d1, travel_d2;
    const int64_t *leg_cost;
    int64_t leg_cost_n, leg_cost_d1, leg_cost_d2;
    const int64_t *breaks;
    int64_t breaks_n, breaks_d1, breaks_d2;
    const int32_t *excess;
    int64_t excess_n, excess_d1, excess_d2;
    const int64_t *days;
    int64_t days_n, days_d1, days_d2;
    const int64_t *day_limits;
    int64_t day_limits_n, day_limits_d1, day_limits_d2;
    const int64_t *longer;
    int64_t longer_n, longer_d1, longer_d2;
    const int64_t *longer_limits;
    int64_t longer_limits_n, longer_limits_d1, longer_limits_d2;
    const int64_t *longer_groups;
    int64_t longer_groups_n, longer_groups_d1, longer_groups_d2;
    const int64_t *rest;
    int64_t rest_n, rest_d1, rest_d2;
    const int64_t *known_night;
    int64_t known_night_n, known_night_d1, known_night_d2;
    const int64_t *night_rest;
    int64_t night_rest_n, night_rest_d1, night_rest_d2;
    const int64_t *night_from;
    int64_t night_from_n, night_from_d1, night_from_d2;
    const int64_t *nights_in_a_row;
    int64_t nights_in_a_row_n, nights_in_a_row_d1, nights_in_a_row_d2;
    const int64_t *in_a_row;
    int64_t in_a_row_n, in_a_row_d1, in_a_row_d2;
    const int64_t *totals;
    int64_t totals_n, totals_d1, totals_d2;
    const int64_t *total_limits;
    int64_t total_limits_n, total_limits_d1, total_limits_d2;
    const int64_t *rests;
    int64_t rests_n, rests_d1, rests_d2;
    const int64_t *rest_lengths;
    int64_t rest_lengths_n, rest_lengths_d1, rest_lengths_d2;
    const int64_t *free_days;
    int64_t free_days_n, free_days_d1, free_days_d2;
    const int64_t *free_lengths;
    int64_t free_lengths_n, free_lengths_d1, free_lengths_d2;
    const int32_t *host_mix;
    int64_t host_mix_n, host_mix_d1, host_mix_d2;
    const int32_t *mix_join;
    int64_t mix_join_n, mix_join_d1, mix_join_d2;
    const int64_t *short_gap;
    int64_t short_gap_n, short_gap_d1, short_gap_d2;
    const int64_t *long_gap;
    int64_t long_gap_n, long_gap_d1, long_gap_d2;
    const int64_t *travel_counts;
    int64_t travel_counts_n, travel_counts_d1, travel_counts_d2;
    const int64_t *nights;
    int64_t nights_n, nights_d1, nights_d2;
    const int64_t *night;
    int64_t night_n, night_d1, night_d2;
    const int64_t *weights;
    int64_t weights_n, weights_d1, weights_d2;
    const int32_t *near;
    int64_t near_n, near_d1, near_d2;
    const int64_t *scalars;
    int64_t scalars_n, scalars_d1, scalars_d2;
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
void search_measures(const handle *h, int64_t tour, int64_t *measures);
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
