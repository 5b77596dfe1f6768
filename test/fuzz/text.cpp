// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Any bytes as a document: refused exactly if they are not UTF-8; otherwise the DAG is canonical
// and gives the bytes back. The first byte says how often the rest is laid end to end, turned by
// one byte each time, so that short inputs reach the cutting of long ones.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/utf8.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"

namespace {

using namespace hartonomous::core;
using namespace hartonomous::core::text;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string grown(std::string_view seed, unsigned times) {
  constexpr std::size_t kMost = 150'000;
  std::string all(seed);
  for (unsigned i = 1; i < times && all.size() + seed.size() <= kMost; ++i) {
    const std::size_t turn = i % seed.size();
    all.append(seed.substr(turn)).append(seed.substr(0, turn));
  }
  return all;
}

void require_canonical(const AtomGraph& graph) {
  for (NodeIndex node = 0; node < graph.size(); ++node) {
    const auto children = graph.children(node);
    require(children.size() <= 1024);
    require(children.size() != 1 || children[0].multiplicity > 1);
    for (std::size_t i = 0; i < children.size(); ++i) {
      require(children[i].node < node && children[i].multiplicity >= 1);
      require(i == 0 || children[i].node != children[i - 1].node);
    }
    const auto& p = graph.point(node);
    for (const double c : {p.x, p.y, p.z, p.m}) require(c >= -1 && c <= 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text =
      grown({reinterpret_cast<const char*>(data) + 1, size - 1}, data[0] < 16 ? 1 : data[0] * 4U);
  NoCheckpoint checkpoint;
  AtomGraph graph;
  auto builder = DocumentBuilder::open(graph);
  require(builder.is_ok());
  const Status status = builder.value().append(text, checkpoint);
  require(status.is_ok() == (utf8::first_invalid(text) == text.size()));
  if (!status.is_ok()) {
    require(status.code() == Code::kBadEncoding);
    return 0;
  }
  const NodeIndex root = builder.value().finish();
  require_canonical(graph);
  const auto length = expanded_length(graph.view(), root, 1 << 30, checkpoint);
  require(length.is_ok() && length.value() == text.size());
  std::string again(text.size(), '\0');
  require(expand(graph.view(), root, again, checkpoint).is_ok() && again == text);
  if (!again.empty()) {
    again.resize(again.size() - 1);
    require(expand(graph.view(), root, again, checkpoint).code() == Code::kCorrupt);
  }
  return 0;
}
