// The same as tools/precompiled.h for unit tests, which only other compilers than g++ compile without it.
#include <gtest/gtest.h>

#include "../../tools/precompiled.h"
