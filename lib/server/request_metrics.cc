#include "server/request_metrics.h"

#include <algorithm>
#include <string>

namespace scanlogin {
namespace {

// What alerts look at: the first of them is an increase only if there was a 0 before.
bool is_always_there(std::size_t code) { return code == 500 || code == 502 || code == 503; }

}  // namespace

RequestMetrics::ByCode::ByCode()
    : Source(metrics::Type::counter, "scanlogin_http_requests_total",
             "Requests answered, by HTTP status.") {
  begin();
}

void RequestMetrics::ByCode::add(int status) noexcept {
  const int last = static_cast<int>(counts_.size()) - 1;
  counts_[static_cast<std::size_t>(std::clamp(status, 0, last))].fetch_add(
      1, std::memory_order_relaxed);
}

void RequestMetrics::ByCode::collect(metrics::Family& family) const {
  for (std::size_t code = 0; code < counts_.size(); ++code) {
    const std::uint64_t count = counts_[code].load(std::memory_order_relaxed);
    if (count == 0 && !is_always_there(code)) continue;
    family.samples.push_back({{{"code", std::to_string(code)}}, static_cast<double>(count)});
  }
}

}  // namespace scanlogin
