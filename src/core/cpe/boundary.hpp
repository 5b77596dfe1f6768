// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a text is cut before pairs are merged: into the words of a document, or by the pattern of a
// model. No token crosses a cut.
#pragma once

#include <optional>
#include <string_view>

#include "core/text/part_splitter.hpp"
#include "core/text/segmenter.hpp"
#include "core/base/checkpoint.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::cpe {

struct Boundary {
  bool is_word = false;  // as documents are cut; else by the pattern
  split::Pattern pattern = split::Pattern::kNone;
};

// "word", or a name of the pretokenizer's.
std::optional<Boundary> boundary_by_name(std::string_view name) noexcept;

class BoundaryCutter {
 public:
  // kUnsupported if word boundaries cannot be had.
  static Result<BoundaryCutter> open(Boundary boundary);

  // Calls visit(piece) for each piece of `text` in order; together they are the text. REQUIRES: for
  // word boundaries, valid UTF-8. Reaches the checkpoint with the bytes done, each 64 KiB.
  template <class Visit>
  Status cut(std::string_view text, Checkpoint& checkpoint, Visit&& visit) {
    return boundary_.is_word ? cut_words(text, checkpoint, visit)
                             : cut_pattern(text, checkpoint, visit);
  }

 private:
  BoundaryCutter(Boundary boundary, std::optional<text::Segmenter> segmenter) noexcept
      : boundary_(boundary), segmenter_(std::move(segmenter)) {}

  template <class Visit>
  Status cut_words(std::string_view text, Checkpoint& checkpoint, Visit& visit) {
    while (!text.empty()) {
      const std::string_view part = text.substr(0, text::first_part(text));
      HARTONOMOUS_CHECK(segmenter_->start(part));
      for (std::size_t begin = 0; begin < part.size();) {
        const std::size_t end = segmenter_->next().end;
        visit(part.substr(begin, end - begin));
        begin = end;
      }
      text.remove_prefix(part.size());
      checkpoint.reached(part.size());
    }
    return Status::ok();
  }

  template <class Visit>
  Status cut_pattern(std::string_view text, Checkpoint& checkpoint, Visit& visit) {
    constexpr std::size_t kBytesPerCheckpoint = 64 * 1024;
    std::size_t since = 0;
    split::for_each_piece(boundary_.pattern, text, [&](std::string_view piece) {
      visit(piece);
      if ((since += piece.size()) >= kBytesPerCheckpoint) {
        checkpoint.reached(since);
        since = 0;
      }
    });
    checkpoint.reached(since);
    return Status::ok();
  }

  Boundary boundary_;
  std::optional<text::Segmenter> segmenter_;
};

}  // namespace hartonomous::core::cpe
