// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/pretokenizer.hpp"

#include <bit>

#include "core/split/boundaries.hpp"
#include "core/split/letter_class.hpp"

namespace hartonomous::core::split {

namespace {

constexpr std::string_view kNames[] = {
    "none",           "whitespace",   "gpt2",        "cl100k",    "llama3", "qwen2",
    "o200k",          "tekken",       "qwen35",      "starcoder", "falcon", "punctuated",
    "deepseek-coder", "deepseek-llm", "deepseek-v3", "bloom",     "viking"};

// Where the space begins that the text ends with; characters are looked at from their last byte, so
// at most the text's whole tail of space is read.
std::size_t trailing_space(std::string_view text) noexcept {
  const LetterClasses& classes = LetterClasses::instance();
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (text[begin] & 0xc0) == 0x80) --begin;
    const LetterClasses::Character character = classes.at(text.substr(0, end), begin);
    if (character.letter_class != LetterClass::kSpace || begin + character.length != end) break;
    end = begin;
  }
  return end;
}

}  // namespace

std::string_view pattern_name(Pattern pattern) noexcept {
  return kNames[static_cast<std::size_t>(pattern)];
}

std::optional<Pattern> pattern_by_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<Pattern>(i);
  }
  return std::nullopt;
}

Pretokenizer::Pretokenizer(Pattern pattern, std::string_view text) noexcept
    : Pretokenizer(pattern, text, boundary_kernels().back()) {}

Pretokenizer::Pretokenizer(Pattern pattern, std::string_view text,
                           const BoundaryKernel& kernel) noexcept
    : kernel_(&kernel) {
  reader_.pattern = pattern;
  reader_.text = text;
  reader_.trailing_space = pattern == Pattern::kCl100k ? trailing_space(text) : text.size();
  if (!has_kernel(pattern)) {
    stages_.emplace(pattern, text);
  } else if (pattern != Pattern::kNone) {
    kernel_->start(reader_, 0);
  }
}

std::size_t Pretokenizer::read(std::span<std::size_t> ends) noexcept {
  if (stages_) return stages_->read(ends);
  const std::size_t size = reader_.text.size();
  if (reader_.pattern == Pattern::kNone && !ends.empty() && piece_begin_ < size) {
    piece_begin_ = ends[0] = size;
    return 1;
  }
  std::size_t count = 0;
  while (count < ends.size() && piece_begin_ < size) {
    if (pending_ != 0) {
      std::uint64_t pending = pending_;
      std::size_t* to = ends.data() + count;
      std::size_t* const stop = ends.data() + ends.size();
      do {
        *to++ = pending_at_ + static_cast<std::size_t>(std::countr_zero(pending));
        pending &= pending - 1;
      } while (pending != 0 && to != stop);
      pending_ = pending;
      piece_begin_ = to[-1];
      count = static_cast<std::size_t>(to - ends.data());
    } else if (piece_begin_ < hard_end_) {
      cut_hard_block(ends, count);
    } else {
      const BlockBoundaries block = kernel_->next_block(reader_);
      if (block.is_hard) {
        hard_end_ = block.at + block.bytes;
      } else if (block.bytes == 0) {
        piece_begin_ = ends[count++] = size;
      } else {
        pending_ = block.begins & ~std::uint64_t{block.at == piece_begin_};
        pending_at_ = block.at;
      }
    }
  }
  return count;
}

// Piece by piece to the end of the hard block or beyond; there the kernel begins afresh.
void Pretokenizer::cut_hard_block(std::span<std::size_t> ends, std::size_t& count) noexcept {
  while (piece_begin_ < hard_end_ && count < ends.size()) {
    piece_begin_ = ends[count++] = piece_end(reader_.pattern, reader_.text, piece_begin_);
  }
  if (piece_begin_ >= hard_end_) kernel_->start(reader_, piece_begin_);
}

}  // namespace hartonomous::core::split
