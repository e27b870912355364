#pragma once
#include <hiredis/hiredis.h>
// The wake-up descriptor that the event loop polls beside hiredis's sockets; Swift's Glibc module leaves it out.
#include <sys/eventfd.h>
