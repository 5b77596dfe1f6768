// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An entropy coder: range asymmetric numeral systems (rANS) over bytes, with a table of frequencies
// for each of up to 16 contexts, and 32 interleaved states. The decoder's caller knows the context
// of a symbol before the symbol, which is how one block is coded given another. Both directions are
// integer arithmetic: the same symbols make the same bytes on every CPU, by every kernel.
//
// Coded form, little-endian:
//   u8   table_log (9 .. 12)
//        context_count frequency tables (frequency_table.hpp)
//   u32  number of words
//   u32  the final state of lanes 0 .. 31
//   u16  words, in the order the decoder takes them
// Symbol i belongs to lane i mod 32. A state x lies in [2^16, 2^32); coding a symbol of frequency f
// that begins at c maps x to x/f << table_log + x mod f + c, after one word has been put out if x
// would leave the interval. The decoder goes from symbol 0 up, the encoder from the last down.
//
// Cost: about log2(1/p) bits a symbol, 0.1-0.5 % above the entropy, and 133 bytes and the tables.
// Sources: Duda, "Asymmetric numeral systems", arXiv:1311.2540 (2013); Giesen, "Interleaved entropy
// coders", arXiv:1402.3392 (2014).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/block/frequency_table.hpp"

namespace hartonomous::core::block {

inline constexpr unsigned kLanes = 32;
inline constexpr unsigned kMaxContexts = 16;

// What an encoder learns of its symbols before it codes them.
class RansModel {
 public:
  // Takes counts[c] as how often each symbol occurs in context c. REQUIRES: 1 to kMaxContexts.
  explicit RansModel(std::span<const SymbolCounts> counts);

  unsigned table_log() const noexcept { return table_log_; }
  unsigned context_count() const noexcept { return static_cast<unsigned>(tables_.size()); }
  const Frequencies& frequencies(unsigned context) const noexcept { return tables_[context]; }
  // Bytes that the symbols counted will take, all included, within 1 % and 64 bytes of what
  // rans_encode() makes.
  std::uint64_t estimated_bytes() const noexcept { return estimated_bytes_; }

 private:
  std::vector<Frequencies> tables_;
  unsigned table_log_;
  std::uint64_t estimated_bytes_;
};

// What coding one symbol of frequency f, 2^k <= f < 2^(k + 1), takes. With m = 2^(32 + k) / f,
// rounded down and below 2^32, x * m >> (32 + k) is x / f or one less for all x < 2^32: the error
// of m is at most 1 and takes less than 2^(32 + k) from the product.
struct RansStep {
  std::uint32_t reciprocal;  // m
  std::uint32_t packed;      // f | place of its first slot << 12 | k << 24
};

// A way to code `groups` groups of kLanes symbols from the last to the first: puts words before
// `next`, at most kLanes for each group and seven more that do not count, and returns the first of
// those that do. `contexts` may be null.
using RansEncodeKernel = std::uint16_t* (*)(const RansStep* steps, const std::uint8_t* symbols,
                                            const std::uint8_t* contexts, std::size_t groups,
                                            unsigned table_log, std::uint32_t* lanes,
                                            std::uint16_t* next);
// The kernel for this CPU, or nullptr if there is none.
RansEncodeKernel rans_encode_kernel() noexcept;

// Appends the coded form of `symbols` to `out`. contexts[i] < model.context_count() is the context
// of symbols[i]; an empty `contexts` means 0 for all. Without a kernel the portable code does all,
// to the same bytes. REQUIRES: every pair that occurs was counted. O(n), 2 n bytes of memory.
void rans_encode(const RansModel& model, std::span<const std::uint8_t> symbols,
                 std::span<const std::uint8_t> contexts, std::vector<std::byte>& out,
                 RansEncodeKernel kernel = rans_encode_kernel());

// Decodes in runs, in order. Borrows the coded bytes. Any bytes decode to some symbols or to an
// error, in O(symbols wanted + contexts << table_log) and 64 KiB per four contexts.
class RansDecoder {
 public:
  // Reads tables and states from `in` and moves it past the last word. kMalformed if they are not
  // all there or not sound. REQUIRES: 1 <= context_count <= kMaxContexts.
  static Result<RansDecoder> open(Cursor& in, unsigned context_count);

  // The next out.size() symbols. REQUIRES: a multiple of kLanes, except in the last run; contexts
  // as in rans_encode(), each below context_count. kMalformed if the words run out.
  Status read(std::span<const std::uint8_t> contexts, std::span<std::uint8_t> out);
  // After the last run: kMalformed unless words and states are as the encoder began.
  Status finish() const;

  // The parts that a kernel works on.
  struct State {
    std::array<std::uint32_t, kLanes> lanes;
    const std::byte* words;
    const std::byte* end;
    const std::uint32_t* slots;  // of context 0: symbol | frequency << 8 | place in it << 20
    unsigned table_log;
  };
  // A way to decode whole groups of kLanes symbols from the start of `out`; `contexts` is null or
  // out.size() long. Returns how many symbols that made: it stops early where few words are left,
  // and what it leaves is decoded by the portable code, which gives the same symbols.
  using Kernel = std::size_t (*)(State& state, const std::uint8_t* contexts,
                                 std::span<std::uint8_t> out);
  // The kernel for this CPU, or nullptr if there is none.
  static Kernel vector_kernel() noexcept;
  // Which to use from now on; nullptr for the portable code alone. By default, vector_kernel().
  void use(Kernel kernel) noexcept { kernel_ = kernel; }

 private:
  RansDecoder() = default;
  std::vector<std::uint32_t> slots_;
  State state_{};
  Kernel kernel_ = vector_kernel();
};

}  // namespace hartonomous::core::block
