# CTest reads this through build/ctest/GOAL/CTestTestfile.cmake, which sets SOURCE_DIR and RUN, a list of MODE.SUITE. A new
# test is found by where it lies; none is listed. Only the classic form of add_test works here.

# No test is judged by how long it takes: TIMEOUT ends one that hangs, on a machine however slow. What is one program takes
# seconds, and its own waits end after 300.
set(HANGS_AFTER 2400)
set(PROGRAM_HANGS_AFTER 700)

# A script that cannot run here exits 77. In CI that is a failure like any other.
set(SKIP_PROPERTY "")
if(NOT "$ENV{CI}" STREQUAL "true")
  set(SKIP_PROPERTY SKIP_RETURN_CODE 77)
endif()

# The larger COST, the earlier it begins: what takes long shall not be left over at the end.
#
# Two builds run all of http: the one with a Redis by itself, the other with a Redis in cluster mode.
macro(add_script TEST COST)
  set(REDIS_MODE "")
  if("${TEST}" MATCHES "^release[.]http[.]")
    set(REDIS_MODE "cluster")
  endif()
  add_test("${TEST}" env "MODE=${MODE}" "BUILD_DIR=${BUILD_DIR}" "REDIS_MODE=${REDIS_MODE}" bash ${ARGN})
  set_tests_properties("${TEST}" PROPERTIES TIMEOUT ${HANGS_AFTER} COST ${COST} ${SKIP_PROPERTY})
endmacro()
# TAG is a line of the scripts to add; without one they are all but those of the suite long, which say so of themselves.
set(LONG "# Not part of make test: .*[.]")
macro(add_scripts FOLDER TAG COST)
  file(GLOB SCRIPTS "${SOURCE_DIR}/tests/${FOLDER}/*.sh")
  foreach(SCRIPT ${SCRIPTS})
    get_filename_component(NAME "${SCRIPT}" NAME_WE)
    file(STRINGS "${SCRIPT}" TAGGED REGEX "^${TAG}$")
    file(STRINGS "${SCRIPT}" LATER REGEX "^${LONG}$")
    file(STRINGS "${SCRIPT}" OTHERS REGEX "^# Not part of make check under asan: .*[.]$")
    if(((NOT "${TAG}" STREQUAL "" AND TAGGED) OR ("${TAG}" STREQUAL "" AND NOT LATER)) AND NOT ("${MODE}" STREQUAL "asan" AND OTHERS))
      set(TEST "${MODE}.${FOLDER}.${NAME}")
      if("${FOLDER}" STREQUAL "memcheck")
        set(TEST "memcheck.${NAME}")
      endif()
      add_script("${TEST}" ${COST} "${SCRIPT}")
    endif()
  endforeach()
endmacro()

foreach(PART ${RUN})
  string(REGEX REPLACE "[.].*" "" MODE "${PART}")
  string(REGEX REPLACE ".*[.]" "" SUITE "${PART}")
  set(BUILD_DIR "${SOURCE_DIR}/build/${MODE}")

  if("${SUITE}" STREQUAL "unit")
    file(GLOB SOURCES "${SOURCE_DIR}/tests/unit/*_test.cc")
    foreach(SOURCE ${SOURCES})
      get_filename_component(NAME "${SOURCE}" NAME_WE)
      string(REGEX REPLACE "_test$" "" SHORT "${NAME}")
      add_test("${MODE}.unit.${SHORT}" env "SOURCE_DIR=${SOURCE_DIR}" "${BUILD_DIR}/tests/${NAME}")
      set_tests_properties("${MODE}.unit.${SHORT}" PROPERTIES TIMEOUT ${PROGRAM_HANGS_AFTER} COST 1)
    endforeach()

  # Each fuzz target on the inputs of its corpus; `make fuzz` is what looks for others.
  elseif("${SUITE}" STREQUAL "fuzz")
    file(GLOB SOURCES "${SOURCE_DIR}/tests/fuzz/*.cc")
    foreach(SOURCE ${SOURCES})
      get_filename_component(NAME "${SOURCE}" NAME_WE)
      if(NOT "${NAME}" STREQUAL "replay")
        add_test("${MODE}.fuzz.${NAME}" "${BUILD_DIR}/fuzz/${NAME}" "${SOURCE_DIR}/tests/fuzz/corpus/${NAME}")
        set_tests_properties("${MODE}.fuzz.${NAME}" PROPERTIES TIMEOUT ${PROGRAM_HANGS_AFTER} COST 1)
      endif()
    endforeach()

  # The same sources in every mode: once is enough. It computes for minutes while most tests wait for something: it goes
  # first, beside them.
  elseif("${SUITE}" STREQUAL "lint")
    add_test("lint" "${SOURCE_DIR}/tools/lint")
    set_tests_properties("lint" PROPERTIES TIMEOUT ${HANGS_AFTER} COST 1000)

  # That measuring works, and answers right; how fast it was is for `make bench` to say.
  elseif("${SUITE}" STREQUAL "bench")
    add_test("bench.brief" env "BRIEF=1" "MODE=${MODE}" "BUILD_DIR=${BUILD_DIR}" bash "${SOURCE_DIR}/tests/bench/bench.sh")
    set_tests_properties("bench.brief" PROPERTIES TIMEOUT ${HANGS_AFTER} PROCESSORS 2 COST 900 ${SKIP_PROPERTY})

  # Those scripts in which threads meet most; they say so of themselves.
  elseif("${SUITE}" STREQUAL "threads")
    foreach(FOLDER http e2e)
      add_scripts(${FOLDER} "# Part of make check under tsan as well[.]" 30)
    endforeach()

  elseif("${SUITE}" STREQUAL "e2e")
    add_scripts(e2e "" 30)
  # Minutes each, whatever the machine: they begin before the rest, so that none is left over at the end.
  elseif("${SUITE}" STREQUAL "long")
    foreach(FOLDER http e2e)
      add_scripts(${FOLDER} "${LONG}" 950)
    endforeach()
  elseif("${SUITE}" STREQUAL "browser")
    file(GLOB PAGES "${SOURCE_DIR}/tests/browser/[0-9]*.mjs")
    foreach(PAGE ${PAGES})
      get_filename_component(NAME "${PAGE}" NAME_WE)
      set(SCRIPT "${SOURCE_DIR}/tests/browser/${NAME}.sh")
      if(NOT EXISTS "${SCRIPT}")
        set(SCRIPT "${SOURCE_DIR}/tests/browser/run.sh" "${NAME}")
      endif()
      add_script("${MODE}.browser.${NAME}" 20 ${SCRIPT})
    endforeach()
  # Valgrind and the sanitizers do the same work, and cannot do it together.
  else()
    add_scripts("${SUITE}" "" 10)
  endif()
endforeach()
