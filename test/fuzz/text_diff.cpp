// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Two documents made of one input, cut at the byte its first byte says, the second half of each
// mixed with the other: what differs between them, applied to the first, must give the second; and
// words and sentences of any bytes, UTF-8 or not, must end in order at their end.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/utf8.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/document_diff.hpp"
#include "core/text/sentence_breaker.hpp"
#include "core/text/word_breaker.hpp"

namespace {

using namespace hartonomous::core;
using namespace hartonomous::core::text;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_ends(const std::vector<std::uint32_t>& ends, std::size_t size) {
  std::size_t last = 0;
  for (const std::uint32_t end : ends) {
    require(end > last);
    last = end;
  }
  require(last == size);
}

NodeIndex build(AtomGraph& graph, std::string_view text) {
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(graph);
  require(builder.is_ok() && builder.value().append(text, checkpoint).is_ok());
  return builder.value().finish();
}

std::size_t byte_at(std::string_view text, std::uint64_t character) {
  std::size_t at = 0;
  while (character-- > 0) at += utf8::decode(text.substr(at)).length;
  return at;
}

void require_diff(const std::string& a, const std::string& b) {
  NoCheckpoint checkpoint;
  AtomGraph graph;
  const NodeIndex roots[] = {build(graph, a), build(graph, b)};
  const auto index = TreeIndex::build(graph.view(), roots, checkpoint);
  require(index.is_ok());
  std::string made;
  std::size_t done = 0;
  for (const Change& change :
       diff_trees(graph.view(), index.value(), roots[0], roots[1], checkpoint)) {
    const std::size_t at = byte_at(a, change.a_offset);
    require(at >= done && a.compare(at, change.deleted.size(), change.deleted) == 0);
    made.append(a, done, at - done);
    require(utf8::count(made) == change.b_offset);
    made += change.inserted;
    done = at + change.deleted.size();
  }
  made.append(a, done);
  require(made == b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  BreakClasses classes;
  std::vector<std::uint32_t> words, sentences;
  require(WordBreaker(classes).find(text, words).is_ok());
  SentenceBreaker(classes).find(text, sentences);
  require_ends(words, text.size());
  require_ends(sentences, text.size());
  if (utf8::first_invalid(text) != text.size()) return 0;
  std::size_t cut = data[0] % text.size();
  while (cut > 0 && (text[cut] & 0xc0) == 0x80) --cut;
  const std::string head = text.substr(0, cut), tail = text.substr(cut);
  require_diff(text, tail);
  require_diff(head + tail + tail, tail + head + tail);
  return 0;
}
