#pragma once

#include <string>

namespace scanlogin {

// Everything that this process counts (base/metrics.h), in Prometheus's text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats). Each sample has the labels `endpoint` and
// `process`, the id that tells several processes of one endpoint apart. On the loop.
std::string metrics_text(const char* endpoint);

}  // namespace scanlogin
