// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How often each of 256 symbols occurs, scaled to a power of two, as an entropy coder needs it.
// Integer arithmetic throughout: the same counts make the same table on every CPU.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::block {

inline constexpr unsigned kSymbols = 256;
inline constexpr unsigned kMinTableLog = 9;   // 256 symbols at frequency 1 and room for one more
inline constexpr unsigned kMaxTableLog = 12;  // frequency, place and symbol share 32 bits

using SymbolCounts = std::array<std::uint32_t, kSymbols>;

// Sums to 2^table_log, and no symbol takes all of it: at least two are above zero.
using Frequencies = std::array<std::uint16_t, kSymbols>;

// `counts` scaled to sum 2^table_log; every symbol that occurs gets at least 1. Where fewer than
// two occur, others get 1 to make two. Counts may sum to at most 2^32-1. O(kSymbols + 2^table_log).
// REQUIRES: kMinTableLog <= table_log <= kMaxTableLog.
Frequencies normalized(const SymbolCounts& counts, unsigned table_log) noexcept;

// Bits that symbols occurring `counts` times take when coded with `frequencies`, in units of 2^-16
// bit. REQUIRES: frequencies[s] > 0 wherever counts[s] > 0.
std::uint64_t coded_cost(const SymbolCounts& counts, const Frequencies& frequencies,
                         unsigned table_log) noexcept;

// log2(value) in units of 2^-16, rounded down. REQUIRES: value > 0.
std::uint32_t log2_fixed(std::uint32_t value) noexcept;

// The stored form: for each symbol from 0, a frequency below 128 as one byte, a larger one as
// 0x80 | f >> 8 and f & 255, and a run of n >= 1 zeros as 0 and n - 1; it ends where the sum is
// reached. 1 to 512 bytes.
void append_frequencies(const Frequencies& frequencies, std::vector<std::byte>& out);
// Reads one stored table. kMalformed if the bytes end early, symbols run past 255, or the
// frequencies do not make a table of 2^table_log.
Result<Frequencies> read_frequencies(Cursor& in, unsigned table_log);

}  // namespace hartonomous::core::block
