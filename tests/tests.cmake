# CTest reads this through build/MODE/CTestTestfile.cmake, which sets SOURCE_DIR, BUILD_DIR and TESTED, the modes that
# are tested together. A new test is found by where it lies; none is listed. Only the classic form of add_test works here.
get_filename_component(MODE "${BUILD_DIR}" NAME)

# Beside the others, tsan is for those scripts that say so of themselves, and the pages are the same in every mode.
set(SCRIPTS_ONLY FALSE)
set(SUITES http e2e browser)
if("${MODE}" STREQUAL "tsan" AND NOT "${TESTED}" STREQUAL "tsan")
  set(SCRIPTS_ONLY TRUE)
elseif("${MODE}" STREQUAL "release" AND "${TESTED}" MATCHES "asan")
  set(SUITES http e2e)
endif()

# A script that cannot run here exits 77. In CI that is a failure like any other.
set(SKIP_PROPERTY "")
if(NOT "$ENV{CI}" STREQUAL "true")
  set(SKIP_PROPERTY SKIP_RETURN_CODE 77)
endif()

set(UNIT_TESTS "")
set(FUZZ_TARGETS "")
if(NOT SCRIPTS_ONLY)
  file(GLOB UNIT_TESTS "${SOURCE_DIR}/tests/unit/*_test.cc")
  file(GLOB FUZZ_TARGETS "${SOURCE_DIR}/tests/fuzz/*.cc")
endif()
foreach(SOURCE ${UNIT_TESTS})
  get_filename_component(NAME "${SOURCE}" NAME_WE)
  string(REGEX REPLACE "_test$" "" SHORT "${NAME}")
  add_test("${MODE}.unit.${SHORT}" env "SOURCE_DIR=${SOURCE_DIR}" "${BUILD_DIR}/tests/${NAME}")
  set_tests_properties("${MODE}.unit.${SHORT}" PROPERTIES TIMEOUT 120)
endforeach()

# Each fuzz target on the inputs of its corpus; `make fuzz` is what looks for others.
foreach(SOURCE ${FUZZ_TARGETS})
  get_filename_component(NAME "${SOURCE}" NAME_WE)
  if(NOT "${NAME}" STREQUAL "replay")
    add_test("${MODE}.fuzz.${NAME}" "${BUILD_DIR}/fuzz/${NAME}" "${SOURCE_DIR}/tests/fuzz/corpus/${NAME}")
    set_tests_properties("${MODE}.fuzz.${NAME}" PROPERTIES TIMEOUT 60)
  endif()
endforeach()

foreach(SUITE ${SUITES})
  file(GLOB SCRIPTS "${SOURCE_DIR}/tests/${SUITE}/*.sh")
  foreach(SCRIPT ${SCRIPTS})
    get_filename_component(NAME "${SCRIPT}" NAME_WE)
    set(TEST "${MODE}.${SUITE}.${NAME}")
    file(STRINGS "${SCRIPT}" SAYS_SO REGEX "^# Part of make test under tsan as well\\.$")
    if(SCRIPTS_ONLY AND "${SAYS_SO}" STREQUAL "")
      continue()
    endif()
    add_test("${TEST}" env "MODE=${MODE}" "BUILD_DIR=${BUILD_DIR}" bash "${SCRIPT}")
    set_tests_properties("${TEST}" PROPERTIES TIMEOUT 600 ${SKIP_PROPERTY})
  endforeach()
endforeach()

# Valgrind and the sanitizers do the same work, and cannot do it together.
if("${MODE}" STREQUAL "release")
  file(GLOB SCRIPTS "${SOURCE_DIR}/tests/memcheck/*.sh")
  foreach(SCRIPT ${SCRIPTS})
    get_filename_component(NAME "${SCRIPT}" NAME_WE)
    add_test("memcheck.${NAME}" env "MODE=${MODE}" "BUILD_DIR=${BUILD_DIR}" bash "${SCRIPT}")
    set_tests_properties("memcheck.${NAME}" PROPERTIES TIMEOUT 600 ${SKIP_PROPERTY})
  endforeach()
endif()

# The same sources in every mode: once is enough. It computes for minutes while most tests wait for something: it goes
# first, beside them, and the tests of the slower modes do not have it beside them later.
if("${MODE}" STREQUAL "release")
  add_test("lint" "${SOURCE_DIR}/tools/lint")
  set_tests_properties("lint" PROPERTIES TIMEOUT 900 COST 1000)
endif()

# That measuring works, and answers right; how fast it was is for `make bench` to say.
if("${MODE}" STREQUAL "release")
  add_test("bench.brief" env "BRIEF=1" "MODE=${MODE}" "BUILD_DIR=${BUILD_DIR}" bash "${SOURCE_DIR}/tests/bench/bench.sh")
  set_tests_properties("bench.brief" PROPERTIES TIMEOUT 300 PROCESSORS 2 COST 900 ${SKIP_PROPERTY})
endif()
