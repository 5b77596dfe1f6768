// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/compose_text.hpp"

#include "core/base/utf8.hpp"
#include "core/text/content_split.hpp"

namespace hartonomous::core::text {

NodeIndex compose_text(AtomGraph& graph, std::string_view bytes, std::vector<ChildRun>& scratch) {
  scratch.clear();
  while (!bytes.empty()) {
    const utf8::Decoded decoded = utf8::decode(bytes);
    if (decoded.length == 0) {
      append_run(scratch, graph.byte(static_cast<std::uint8_t>(bytes[0])));
      bytes.remove_prefix(1);
    } else {
      append_run(scratch, graph.codepoint(decoded.codepoint));
      bytes.remove_prefix(decoded.length);
    }
  }
  return compose(graph, scratch);
}

}  // namespace hartonomous::core::text
