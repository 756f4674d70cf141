/* gandan.h as it is installed. */
#include <gandan.h>
