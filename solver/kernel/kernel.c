/* The library: every source in one translation unit, whose functions the compiler may inline into each
   other. */
#define SHARED static
#include "timing.c"
#include "duty.c"
#include "moves.c"
#include "insertion.c"
#include "lns.c"
#include "complete.c"
#include "exact.c"
#include "pauses.c"
#include "pricing.c"
#include "normal.c"
#include "shortest.c"
#include "search.c"
#include "advice.c"
