#pragma once

#include "base/key_ring.h"
#include "base/settings_reader.h"

namespace scanlogin {

// The keys of the tokens:
//   SECRET_KEY             required; 32 bytes or more (RFC 7518 section 3.2)
//   SECRET_KEY_FALLBACKS   older ones, separated by commas
//   SIGNING_KEY_FILE       a private key in PEM form, which signs instead of SECRET_KEY
//   VERIFY_KEY_FILES       public keys in PEM form, separated by commas
// No key may be there twice under the last two. What is wrong is a fault of the reader's.
KeyRing read_keys(SettingsReader& settings);

}  // namespace scanlogin
