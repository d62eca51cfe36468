/* Tiny days, every plan of which is looked at. */
#ifndef BRIGADE_EXACT_H
#define BRIGADE_EXACT_H
#include "../model.h"

typedef struct {
    search *s;
    const int32_t *ticks;    /* least travel between sites by profile, detours allowed; shape as travel */
    const int64_t *roads;    /* the same of leg costs */
    const int64_t *sequence; /* the visits, in the order in which they are decided */
    int64_t left, found;     /* decisions that may still be made; plans that were better */
} enumeration;

SHARED bool decide(enumeration *e, int64_t next, int64_t left_out, int64_t driven, int64_t *least);
#endif
