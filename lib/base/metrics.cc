#include "base/metrics.h"

#include <algorithm>

namespace scanlogin::metrics {
namespace {

constexpr std::size_t kMostLabels = 200;

// Sources may be static objects of any file, so this one is made when the first of them asks.
struct Sources {
  std::mutex mutex;
  std::vector<const Source*> all;
};

Sources& sources() {
  static Sources sources;
  return sources;
}

template <class Entry>
Entry& entry_for(std::vector<Entry>& entries, const Labels& labels) {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [&](const Entry& entry) { return entry.labels == labels; });
  if (it != entries.end()) return *it;
  entries.emplace_back().labels = labels;
  return entries.back();
}

void add(Family& family, const Labels& labels, double value) {
  entry_for(family.samples, labels).value += value;
}

}  // namespace

std::vector<Family> collect() {
  std::map<std::string, Family> families;
  const std::lock_guard lock(sources().mutex);
  for (const Source* source : sources().all) {
    Family& family = families[source->name()];
    if (family.name.empty()) {
      family.name = source->name();
      family.help = source->help();
      family.type = source->type();
    }
    source->collect(family);
  }
  std::vector<Family> all;
  all.reserve(families.size());
  for (auto& [name, family] : families) all.push_back(std::move(family));
  return all;
}

Source::Source(Type type, const char* name, const char* help)
    : type_(type), name_(name), help_(help) {}

void Source::begin() {
  const std::lock_guard lock(sources().mutex);
  sources().all.push_back(this);
}

void Source::end() noexcept {
  const std::lock_guard lock(sources().mutex);
  auto& all = sources().all;
  all.erase(std::find(all.begin(), all.end(), this));
}

Counter::Counter(const char* name, const char* help, Labels labels)
    : Source(Type::counter, name, help), labels_(std::move(labels)) {
  begin();
}

void Counter::collect(Family& family) const {
  metrics::add(family, labels_, static_cast<double>(count_.load(std::memory_order_relaxed)));
}

Counters::Counters(const char* name, const char* help) : Source(Type::counter, name, help) {
  begin();
}

void Counters::add(Labels labels, std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= kMostLabels && !counts_.contains(labels)) labels.back().second = "other";
  counts_[std::move(labels)] += count;
}

void Counters::collect(Family& family) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, count] : counts_) {
    metrics::add(family, labels, static_cast<double>(count));
  }
}

Gauge::Gauge(const char* name, const char* help, Labels labels, std::function<double()> value)
    : Source(Type::gauge, name, help), labels_(std::move(labels)), value_(std::move(value)) {
  begin();
}

void Gauge::collect(Family& family) const { metrics::add(family, labels_, value_()); }

Histogram::Histogram(const char* name, const char* help, Labels labels)
    : Source(Type::histogram, name, help), labels_(std::move(labels)) {
  begin();
}

void Histogram::observe(Duration took) noexcept {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  nanoseconds_.fetch_add(static_cast<std::uint64_t>(nanoseconds), std::memory_order_relaxed);
}

void Histogram::collect(Family& family) const {
  Distribution& distribution = entry_for(family.distributions, labels_);
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    distribution.counts[i] += counts_[i].load(std::memory_order_relaxed);
  }
  distribution.sum += static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
}

}  // namespace scanlogin::metrics
