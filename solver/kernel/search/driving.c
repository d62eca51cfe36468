/* Shared vehicles: an availability is one tour, with one vehicle or none; a vehicle serves one tour at a
   time, within its hours and its range. */
#include "driving.h"

/* When a vehicle is away from its place. */
typedef struct {
    tick from, until;
} outing;

static outing outing_of(const search *s, int64_t tour) {
    const model *m = s->m;
    return (outing){s->measures[tour].depart + m->tours[tour].out,
                    s->measures[tour].back - m->tours[tour].home};
}

/* The tour that is driven in place of this one, in the same availability; -1 when there is none. */
SHARED int64_t other_of_stay(const search *s, int64_t tour) {
    const model *m = s->m;
    int64_t stay = m->tours[tour].stay;
    /* Side by side in the table. */
    for (int64_t other = tour - 1; other >= 0 && m->tours[other].stay == stay; other--)
        if (s->count[other]) return other;
    for (int64_t other = tour + 1; other < m->tours_n && m->tours[other].stay == stay; other++)
        if (s->count[other]) return other;
    return -1;
}

/* Whether the vehicle of the tour could be there for a visit that ends at `ends` at the earliest and begins
   by `until`, as far as those who have it now go. */
SHARED bool may_be_free(const search *s, int64_t tour, tick ends, tick until) {
    const model *m = s->m;
    const struct vehicle *vehicle = &m->vehicles[m->tours[tour].vehicle];
    for (int64_t r = vehicle->first_ride; r < vehicle->end_ride; r++) {
        int64_t other = m->rides[r];
        if (other == tour || s->count[other] == 0 || s->measures[other].count == 0) continue;
        outing taken = outing_of(s, other);
        if (ends + vehicle->gap > taken.from && until < taken.until + vehicle->gap) return false;
    }
    return true;
}

static bool within_hours(const model *m, const struct vehicle *vehicle, outing own) {
    for (int64_t h = vehicle->first_hour; h < vehicle->end_hour; h++)
        if (m->hours[h].start <= own.from && own.until <= m->hours[h].end) return true;
    return vehicle->first_hour == vehicle->end_hour;
}

/* Whether a measured tour may be driven as it is beside all others. */
SHARED bool driving_holds(const search *s, int64_t tour) {
    const model *m = s->m;
    if (s->count[tour] == 0) return true;
    if (other_of_stay(s, tour) >= 0) return false;
    if (m->tours[tour].vehicle < 0) return true;
    const struct vehicle *vehicle = &m->vehicles[m->tours[tour].vehicle];
    outing own = outing_of(s, tour);
    if (s->measures[tour].metres > vehicle->range || !within_hours(m, vehicle, own)) return false;
    for (int64_t r = vehicle->first_ride; r < vehicle->end_ride; r++) {
        int64_t other = m->rides[r];
        if (other == tour || s->count[other] == 0) continue;
        outing taken = outing_of(s, other);
        if (own.from < taken.until + vehicle->gap && taken.from < own.until + vehicle->gap) return false;
    }
    return true;
}

/* Whether a tour of that duty day has the vehicle. */
SHARED bool vehicle_is_out(const search *s, int64_t vehicle, int64_t slot) {
    const model *m = s->m;
    for (int64_t r = m->vehicles[vehicle].first_ride; r < m->vehicles[vehicle].end_ride; r++)
        if (s->count[m->rides[r]] && m->tours[m->rides[r]].slot == slot) return true;
    return false;
}

/* Each vehicle's price of a day, on each duty day on which it is out. */
SHARED int64_t vehicle_days_cost(const search *s) {
    const model *m = s->m;
    int64_t cost = 0;
    for (int64_t v = 0; v < m->vehicles_n; v++) {
        if (m->vehicles[v].day_price == 0) continue;
        for (int64_t r = m->vehicles[v].first_ride; r < m->vehicles[v].end_ride; r++) {
            int64_t slot = m->tours[m->rides[r]].slot, before = m->vehicles[v].first_ride;
            if (s->count[m->rides[r]] == 0) continue;
            while (before < r && !(s->count[m->rides[before]] && m->tours[m->rides[before]].slot == slot))
                before++;
            cost += before == r ? m->vehicles[v].day_price : 0;
        }
    }
    return cost;
}
