// The same as tools/precompiled.h for unit tests, which g++ always compiles with it.
#include <gtest/gtest.h>

#include "../../tools/precompiled.h"
