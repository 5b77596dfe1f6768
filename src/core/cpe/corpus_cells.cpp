// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/corpus_cells.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>

#include "core/base/utf8.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::uint64_t kMaxCells = 0xfffffffe;
constexpr std::size_t kUnitsPerCheck = 1 << 20;

// The order of the characters that stand for bytes in Hugging Face's byte-level vocabularies: the
// bytes that are printable in Latin-1 stand for themselves, the rest come after.
std::vector<std::uint32_t> hugging_face_byte_order() {
  const auto is_printable = [](std::uint32_t byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte != 0xad);
  };
  std::vector<std::uint32_t> order(256);
  for (std::uint32_t byte = 0; byte < 256; ++byte) order[byte] = byte;
  std::stable_partition(order.begin(), order.end(), is_printable);
  return order;
}

// Number + 1 of the base symbol of each unit.
using SymbolOfUnit = std::vector<std::uint32_t>;

Result<std::vector<std::uint32_t>> base_units(const WordCounts& words, Unit unit, TieRule tie_rule,
                                              Checkpoint& checkpoint) {
  if (unit == Unit::kByte) {
    if (tie_rule == TieRule::kHuggingFace) return hugging_face_byte_order();
    std::vector<std::uint32_t> bytes(256);
    for (std::uint32_t byte = 0; byte < 256; ++byte) bytes[byte] = byte;
    return bytes;
  }
  std::vector<std::uint64_t> occurs((utf8::kMaxCodepoint + 1) / 64);  // a bit each
  Status status;
  std::size_t read = 0;
  words.for_each([&](std::string_view word, std::uint64_t) {
    for (std::size_t at = 0; at < word.size();) {
      if (++read % kUnitsPerCheck == 0) checkpoint.reached(0);
      const utf8::Decoded decoded = utf8::decode(word.substr(at));
      if (decoded.length == 0) {
        status = Status(Code::kBadEncoding, "the text is not valid UTF-8")
                     .with_detail("The word is " + quoted(word) + ".");
        return;
      }
      occurs[decoded.codepoint / 64] |= std::uint64_t{1} << decoded.codepoint % 64;
      at += decoded.length;
    }
  });
  HARTONOMOUS_CHECK(status);
  std::vector<std::uint32_t> codepoints;
  for (std::uint32_t i = 0; i < occurs.size(); ++i) {
    for (std::uint64_t rest = occurs[i]; rest != 0; rest &= rest - 1) {
      codepoints.push_back(i * 64 + static_cast<std::uint32_t>(std::countr_zero(rest)));
    }
  }
  return codepoints;
}

}  // namespace

Result<CorpusCells> CorpusCells::make(const WordCounts& words, Unit unit, TieRule tie_rule,
                                      Checkpoint& checkpoint) {
  if (words.distinct_bytes() + words.size() + 1 > kMaxCells) {
    return Status(Code::kLimitExceeded, "the distinct words have too many characters to train on")
        .with_detail("They have " + std::to_string(words.distinct_bytes()) +
                     " bytes; at most 4294967294 are possible, with one more for each word.");
  }
  CorpusCells corpus;
  HARTONOMOUS_TRY(corpus.base, base_units(words, unit, tie_rule, checkpoint));
  SymbolOfUnit symbol_of(corpus.base.empty() ? 0 : *std::ranges::max_element(corpus.base) + 1);
  for (std::size_t i = 0; i < corpus.base.size(); ++i) {
    symbol_of[corpus.base[i]] = static_cast<std::uint32_t>(i + 1);
  }
  std::vector<Cell>& cells = corpus.cells;
  cells.reserve(words.distinct_bytes() + words.size() + 1);
  cells.push_back({kBoundary, 0});
  const auto add = [&](std::uint32_t value, std::uint32_t weight) {
    cells.push_back({symbol_of[value], weight});
    if (cells.size() % kUnitsPerCheck == 0) checkpoint.reached(0);
  };
  words.for_each([&](std::string_view word, std::uint64_t count) {
    const auto weight = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, kHeavy));
    if (weight == kHeavy) corpus.heavy_.emplace_back(cells.size(), count);
    if (unit == Unit::kByte) {
      for (const char byte : word) add(static_cast<unsigned char>(byte), weight);
    } else {
      for (std::size_t at = 0; at < word.size();) {
        const utf8::Decoded decoded = utf8::decode(word.substr(at));
        add(decoded.codepoint, weight);
        at += decoded.length;
      }
    }
    cells.push_back({kBoundary, 0});
  });
  return corpus;
}

void CorpusCells::compact(std::span<const std::uint32_t> length, Checkpoint& checkpoint) {
  std::vector<std::pair<std::size_t, std::uint64_t>> heavy;
  std::size_t kept = 1;
  for (std::size_t at = 1; at < cells.size(); ++at) {
    const std::size_t word = kept;
    const bool is_heavy = cells[at].weight == kHeavy;
    const std::uint64_t word_weight = is_heavy ? heavy_weight(at) : 0;
    while (cells[at].symbol != kBoundary) {
      const Cell cell = cells[at];
      at += length[cell.symbol];
      cells[kept++] = cell;
      if (kept % kUnitsPerCheck == 0) checkpoint.reached(0);
    }
    if (kept - word < 2) {
      kept = word;
      continue;
    }
    if (is_heavy) heavy.emplace_back(word, word_weight);
    cells[kept++] = {kBoundary, 0};
  }
  cells.resize(kept);
  heavy_ = std::move(heavy);
}

std::uint64_t CorpusCells::heavy_weight(std::size_t at) const noexcept {
  const auto after =
      std::ranges::upper_bound(heavy_, at, {}, &std::pair<std::size_t, std::uint64_t>::first);
  return std::prev(after)->second;
}

}  // namespace hartonomous::core::cpe
