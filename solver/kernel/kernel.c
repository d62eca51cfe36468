/* The library: every source in one translation unit, whose functions the compiler may inline into each
   other. */
#define SHARED static
#include "timing/timing.c"
#include "timing/memo.c"
#include "timing/duty.c"
#include "search/driving.c"
#include "search/moves.c"
#include "search/insertion.c"
#include "search/lns.c"
#include "search/complete.c"
#include "search/exact.c"
#include "timing/pauses.c"
#include "pricing/pricing.c"
#include "pricing/normal.c"
#include "pricing/shortest.c"
#include "search/search.c"
#include "search/routes.c"
#include "search/advice.c"
