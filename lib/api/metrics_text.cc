#include "api/metrics_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <vector>

#include "base/metrics.h"
#include "base/version.h"

namespace scanlogin {
namespace {

using prometheus::ClientMetric;

const double started =
    std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double all = 0;
  double resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::vector<metrics::Family> of_the_process() {
  using metrics::Type;
  return {
      {"scanlogin_build_info",
       "The version that runs.",
       Type::gauge,
       {{{{"version", kVersion}}, 1}},
       {}},
      {"process_start_time_seconds",
       "When the process began, since 1970.",
       Type::gauge,
       {{{}, started}},
       {}},
      {"process_cpu_seconds_total",
       "Processor time, of user and system.",
       Type::counter,
       {{{}, cpu_seconds()}},
       {}},
      {"process_resident_memory_bytes",
       "Resident memory.",
       Type::gauge,
       {{{}, resident_bytes()}},
       {}},
  };
}

prometheus::MetricType type_of(metrics::Type type) {
  switch (type) {
    case metrics::Type::counter:
      return prometheus::MetricType::Counter;
    case metrics::Type::gauge:
      return prometheus::MetricType::Gauge;
    default:
      return prometheus::MetricType::Histogram;
  }
}

std::vector<ClientMetric::Label> labels_of(const metrics::Labels& own, const metrics::Labels& all) {
  std::vector<ClientMetric::Label> labels;
  for (const auto* part : {&all, &own}) {
    for (const auto& [name, value] : *part) labels.push_back({name, value});
  }
  return labels;
}

// Prometheus counts in each bucket what is in those before it, too.
ClientMetric::Histogram histogram_of(const metrics::Distribution& distribution) {
  ClientMetric::Histogram histogram;
  for (std::size_t i = 0; i < distribution.counts.size(); ++i) {
    histogram.sample_count += distribution.counts.at(i);
    const double bound = i < metrics::kBounds.size() ? metrics::kBounds.at(i)
                                                     : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = distribution.sum;
  return histogram;
}

prometheus::MetricFamily family_of(const metrics::Family& family, const metrics::Labels& all) {
  prometheus::MetricFamily out{family.name, family.help, type_of(family.type), {}};
  for (const metrics::Sample& sample : family.samples) {
    ClientMetric metric;
    metric.label = labels_of(sample.labels, all);
    metric.counter.value = sample.value;
    metric.gauge.value = sample.value;
    out.metric.push_back(std::move(metric));
  }
  for (const metrics::Distribution& distribution : family.distributions) {
    ClientMetric metric;
    metric.label = labels_of(distribution.labels, all);
    metric.histogram = histogram_of(distribution);
    out.metric.push_back(std::move(metric));
  }
  return out;
}

}  // namespace

std::string metrics_text(const char* endpoint) {
  const metrics::Labels all = {{"endpoint", endpoint}, {"process", std::to_string(getpid())}};
  std::vector<prometheus::MetricFamily> families;
  for (const auto& some : {of_the_process(), metrics::collect()}) {
    for (const metrics::Family& family : some) families.push_back(family_of(family, all));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace scanlogin
