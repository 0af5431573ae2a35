// The same as tools/precompiled.h for unit tests.
#include <gtest/gtest.h>

#include "../../tools/precompiled.h"
