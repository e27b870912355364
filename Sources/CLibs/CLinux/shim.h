#pragma once
/* What Swift's Glibc module leaves out. */
#include <sys/eventfd.h>
#include <sys/prctl.h>

/* prctl takes variadic arguments; the name is cut to 15 bytes. */
static inline void clinux_name_thread(char const *name) { (void)prctl(PR_SET_NAME, name, 0, 0, 0); }
