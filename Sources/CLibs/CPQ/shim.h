#pragma once
#include <libpq-fe.h>
// The wake-up descriptor that the event loop polls beside libpq's sockets; Swift's Glibc module leaves it out.
#include <sys/eventfd.h>
