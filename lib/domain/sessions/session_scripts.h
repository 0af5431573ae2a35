#pragma once

#include "clients/redis.h"

// What Redis does with one user's sessions, each in one step. Private to sessions.cc, whose header
// says what the three keys hold; every script is given all three, in this order: the sessions, when
// they were last used, how others ended. A session is named by its field, the SHA-256 of its token.
// Times are Redis's own, in seconds.
//
// `idle`: seconds for which a session may be unused; 0: for ever. One that was unused for longer is
// ended wherever it is met.
namespace scanlogin::session_scripts {

// field, session, exp, devices, idle: begins it, ending the oldest beyond `devices`. Returns the
// fields of those that are left. May run twice.
const redis::Script& begin();
// field, idle: of a good one, which counts as used, the seconds since its last use on record; how
// another ended, by Ending's name; nil if nobody knows of it.
const redis::Script& use();
// idle: the sessions: field, session, last use (nil if it is not known) for each, flat.
const redis::Script& list();
// prefix, how: ends those whose field begins with it.
const redis::Script& end();
// how, prefix, how_that: ends all; those whose field begins with a prefix that is not empty in that
// way.
const redis::Script& end_all();
// field: a session that nobody was told of is gone without a trace.
const redis::Script& withdraw();

}  // namespace scanlogin::session_scripts
