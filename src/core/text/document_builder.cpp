// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/document_builder.hpp"

#include "core/base/utf8.hpp"
#include "core/text/compose_text.hpp"
#include "core/text/content_split.hpp"
#include "core/text/part_splitter.hpp"

namespace hartonomous::core::text {

Status check_utf8(std::string_view text, Checkpoint& checkpoint) {
  constexpr std::size_t kWindow = 1 << 20;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view window = text.substr(at, kWindow);
    const std::size_t valid = utf8::first_invalid(window);
    const bool cut_by_window = window.size() - valid < 4 && at + window.size() < text.size();
    at += valid;
    if (valid < window.size() && !cut_by_window) {
      return Status{Code::kBadEncoding, "text is not valid UTF-8"}.with_detail(
          "The bytes " + quoted(text.substr(at, 4)) + " at offset " + std::to_string(at) +
          " do not form a character.");
    }
    checkpoint.reached(0);
  }
  return Status::ok();
}

Result<DocumentBuilder> DocumentBuilder::open(AtomGraph& graph) {
  HARTONOMOUS_TRY(Segmenter segmenter, Segmenter::open());
  return DocumentBuilder(graph, std::move(segmenter));
}

Status DocumentBuilder::append(std::string_view text, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_utf8(text, checkpoint));
  while (!text.empty()) {
    const std::size_t length = first_part(text);
    HARTONOMOUS_CHECK(append_part(text.substr(0, length)));
    text.remove_prefix(length);
    checkpoint.reached(length);
  }
  return Status::ok();
}

Status DocumentBuilder::append_part(std::string_view part) {
  HARTONOMOUS_CHECK(segmenter_.start(part));
  paragraph_.clear();
  sentence_.clear();
  for (std::size_t begin = 0; begin < part.size();) {
    const Segmenter::Word found = segmenter_.next();
    append_run(sentence_, word(part.substr(begin, found.end - begin)));
    begin = found.end;
    if (found.ends_sentence || begin == part.size()) {
      append_run(paragraph_, compose(*graph_, sentence_));
      sentence_.clear();
    }
  }
  append_run(document_, compose(*graph_, paragraph_));
  if (part_lengths_.size() < document_.size()) part_lengths_.push_back(part.size());
  return Status::ok();
}

NodeIndex DocumentBuilder::word(std::string_view bytes) {
  if (bytes.size() == 1) return graph_->codepoint(static_cast<unsigned char>(bytes[0]));
  return words_.find_or_make(bytes, [&] {
    return compose_word_ ? compose_word_(bytes) : compose_text(*graph_, bytes, codepoints_);
  });
}

NodeIndex DocumentBuilder::finish() {
  const NodeIndex root = compose(*graph_, document_);
  document_.clear();
  part_lengths_.clear();
  return root;
}

std::vector<PartRun> DocumentBuilder::take_parts() {
  std::vector<PartRun> parts;
  for (std::size_t i = 0; i < document_.size(); ++i) {
    parts.push_back({document_[i], part_lengths_[i]});
  }
  document_.clear();
  part_lengths_.clear();
  return parts;
}

}  // namespace hartonomous::core::text
