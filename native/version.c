/* Which sources this library was made of. */
#include "gamekeeper.h"

EXPORT const char *gk_digest(void) { return GK_DIGEST; }
