// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/window_merger.hpp"

#include <algorithm>

#include "core/cpe/unit_reader.hpp"

namespace hartonomous::core::cpe {

namespace {

// The last tokens of a window are those that what follows it would most likely have changed.
constexpr std::size_t kDropped = 2;
constexpr std::size_t kFewest = 4;
constexpr std::size_t kPollInterval = 1 << 16;

bool is_continuation(char byte) noexcept { return (byte & 0xc0) == 0x80; }

}  // namespace

WindowMerger::WindowMerger(const Vocabulary& vocabulary, std::size_t width)
    : vocabulary_(vocabulary), pairs_(*vocabulary.compact_pairs()), width_(width) {}

// The merges that made the two are undone, the latest first, along the two sides of the boundary.
// At each step x and y are the tokens at the boundary, and the merges that take x and y away from
// it are still to come, at the ranks of what they make. If x and y merge before that, they are not
// apart; at equal rank the left one of two merges is first.
bool WindowMerger::are_apart(TokenId left, TokenId right) const noexcept {
  TokenId x = left, y = right, x_taken = kNoToken, y_taken = kNoToken;
  while (true) {
    const TokenId joined = pairs_.find(x, y);
    if (joined != kNoToken && joined < x_taken && joined <= y_taken) return false;
    const CompactPairs::Parts of_x = pairs_.parts(x), of_y = pairs_.parts(y);
    const bool x_is_unit = of_x.left == kNoToken, y_is_unit = of_y.left == kNoToken;
    if (x_is_unit && y_is_unit) return true;
    if (y_is_unit || (!x_is_unit && x > y)) {
      x_taken = x;
      x = of_x.right;
    } else {
      y_taken = y;
      y = of_y.left;
    }
  }
}

std::size_t WindowMerger::length(TokenId id) const noexcept {
  if (id < kPassThrough) return vocabulary_.bytes(id).size();
  const std::uint32_t unit = id & ~kPassThrough;
  if (vocabulary_.unit() == Unit::kByte || unit < 0x80 || unit >= kRawByte) return 1;
  return unit < 0x800 ? 2 : unit < 0x10000 ? 3 : 4;
}

// Not inside a character, where characters are the units. More than three continuation bytes are
// units by themselves.
std::size_t WindowMerger::window_end(std::string_view piece, std::size_t at,
                                     std::size_t width) const noexcept {
  if (width >= piece.size() - at) return piece.size();
  const std::size_t end = at + width;
  if (vocabulary_.unit() == Unit::kByte) return end;
  for (std::size_t i = end; i > at && end - i <= 3; --i) {
    if (!is_continuation(piece[i])) return i == at ? end : i;
  }
  return end;
}

void WindowMerger::merge_window(std::string_view window, Checkpoint& checkpoint) {
  tokens_.clear();
  if (vocabulary_.unit() == Unit::kByte && window.size() <= CompactPairs::kLongest) {
    tokens_.resize(CompactPairs::kLongest);
    tokens_.resize(pairs_.merge_bytes(window, tokens_.data()));
    return;
  }
  append_units(vocabulary_, window, tokens_);
  tokens_.resize(tokens_.size() <= CompactPairs::kLongest
                     ? pairs_.merge(tokens_.data(), tokens_.size())
                     : merger_.merge(pairs_, tokens_, checkpoint));
}

// If the ids so far end in a token that occurs twice, and its bytes repeat at `at`, it goes on
// occurring: it has just been seen to stay apart from itself. Stops short of the last repetitions,
// which what follows may change. Returns where it stopped.
std::size_t WindowMerger::repeat(std::string_view piece, std::size_t at,
                                 std::vector<TokenId>& out) const {
  if (out.size() < 2 || out[out.size() - 1] != out[out.size() - 2]) return at;
  const TokenId token = out.back();
  const std::size_t period = length(token);
  if (period == 0 || period > at) return at;
  const auto from = piece.begin() + static_cast<std::ptrdiff_t>(at);
  const auto stop =
      std::mismatch(from, piece.end(), from - static_cast<std::ptrdiff_t>(period)).first;
  const auto same = static_cast<std::size_t>(stop - from);
  const std::size_t kept = 4 * std::max(width_, period);
  if (same < 2 * kept) return at;
  const std::size_t times = (same - kept) / period;
  out.insert(out.end(), times, token);
  return at + times * period;
}

// A window of characters of three bytes that do not merge with each other, the first not with what
// is before. A character that merges with the next, and the next, are left to others. Returns where
// it stopped.
std::size_t WindowMerger::append_characters(std::string_view piece, std::size_t at,
                                            std::vector<TokenId>& out) {
  const std::size_t begin = at, ids = out.size();
  const std::size_t most = std::min(piece.size(), begin + 2 * width_);
  if (!CharacterEncodings::is_character(piece.substr(at))) return at;
  if (!characters_) characters_.emplace(pairs_);
  bool may_merge = !out.empty();  // what is before may be no character
  std::uint64_t right = 0;
  for (std::size_t before = ids; at < most && CharacterEncodings::is_character(piece.substr(at));) {
    const CharacterEncodings::Entry& next = characters_->of(piece.substr(at));
    may_merge |= (right & next.may_follow) != 0;
    if (may_merge && !are_apart(out.back(), next.ids[0])) {
      out.resize(before);
      return at == begin ? begin : at - 3;
    }
    before = out.size();
    out.insert(out.end(), next.ids.begin(), next.ids.begin() + next.count);
    right = next.right;
    may_merge = false;
    at += 3;
  }
  return at;
}

void WindowMerger::merge(std::string_view piece, std::vector<TokenId>& out,
                         Checkpoint& checkpoint) {
  out.clear();
  windows_.clear();
  std::size_t at = 0, width = width_, polled = 0;
  const auto poll = [&](std::size_t reached) {
    if (reached < polled + kPollInterval) return;
    checkpoint.reached(0);
    polled = reached;
  };
  const bool has_bytes = vocabulary_.unit() == Unit::kByte;
  while (at < piece.size()) {
    if (has_bytes && width == width_) {
      const Window window{at, out.size(), 2 * width};
      at = append_characters(piece, at, out);
      if (at > window.at) {
        windows_.push_back(window);
        at = repeat(piece, at, out);
        poll(at);
        continue;
      }
    }
    const std::size_t end = window_end(piece, at, width);
    merge_window(piece.substr(at, end - at), checkpoint);
    if (!out.empty() && !are_apart(out.back(), tokens_.front())) {
      width = 2 * std::max(width, windows_.back().width);
      at = windows_.back().at;
      out.resize(windows_.back().ids);
      windows_.pop_back();
    } else if (end == piece.size()) {
      out.insert(out.end(), tokens_.begin(), tokens_.end());
      at = end;
    } else if (tokens_.size() < kFewest) {
      width *= 2;
    } else {
      windows_.push_back({at, out.size(), width});
      const std::size_t kept = tokens_.size() - kDropped;
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < kept; ++i) bytes += length(tokens_[i]);
      if (bytes == 0 || bytes >= end - at) return;  // no encoding of these bytes
      out.insert(out.end(), tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(kept));
      at += bytes;
      at = repeat(piece, at, out);
      width = std::max(width_, width / 2);
    }
    poll(at);
  }
}

}  // namespace hartonomous::core::cpe
