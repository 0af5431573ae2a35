// signatures: what a token costs, by the algorithm of its key. Prints a line for each: the
// algorithm, its key, and how many microseconds of processor time signing and verifying one token
// take. `current` verifies a token once, and then answers from memory.

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "base/jwt.h"
#include "unit/test_keys.h"

using namespace scanlogin;

namespace {

constexpr double kSeconds = 1;  // of processor time, for each figure

double processor_time() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Microseconds that one call takes.
template <class Call>
double cost_of(const Call& call) {
  const double begin = processor_time();
  int calls = 0;
  double taken = 0;
  while (taken < kSeconds) {
    call();
    ++calls;
    taken = processor_time() - begin;
  }
  return taken / calls * 1e6;
}

void measure(const char* name, const KeyRing& keys) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const jwt::Claims claims{7, "user_0123456789", now + std::chrono::days(30)};
  const std::string token = jwt::sign(claims, keys);
  bool good = true;
  const double sign = cost_of([&] { good = good && !jwt::sign(claims, keys).empty(); });
  const double verify = cost_of(
      [&] { good = good && std::holds_alternative<jwt::Claims>(jwt::verify(token, keys, now)); });
  std::printf("%-18s sign %7.1f us   verify %7.1f us   %zu bytes%s\n", name, sign, verify,
              token.size(), good ? "" : "   WRONG");
}

}  // namespace

int main() {
  const std::string secret(32, 'k');
  measure("HS256", KeyRing({secret}));
  measure("EdDSA (Ed25519)", KeyRing({secret}, test_keys::private_key(test_keys::kEd25519)));
  measure("RS256 (RSA 2048)", KeyRing({secret}, test_keys::private_key(test_keys::kRsa)));
}
