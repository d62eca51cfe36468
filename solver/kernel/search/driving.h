/* Shared vehicles: who may have which, and what a day with them costs. */
#ifndef BRIGADE_DRIVING_H
#define BRIGADE_DRIVING_H
#include "../model.h"

SHARED int64_t other_of_stay(const search *s, int64_t tour);
SHARED bool may_be_free(const search *s, int64_t tour, tick ends, tick until);
SHARED bool driving_holds(const search *s, int64_t tour);
SHARED bool vehicle_is_out(const search *s, int64_t vehicle, int64_t slot);
SHARED int64_t vehicle_days_cost(const search *s);
#endif
