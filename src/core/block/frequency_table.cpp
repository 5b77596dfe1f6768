// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/frequency_table.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace hartonomous::core::block {

namespace {

// Gives `missing` more to (or, if negative, takes from) the most frequent symbols, where a unit
// changes the length of a code least; none falls below 1.
void settle(Frequencies& frequencies, int missing) noexcept {
  while (missing != 0) {
    auto& largest = *std::max_element(frequencies.begin(), frequencies.end());
    // A share of the largest at a time, so that a large excess is not taken from one symbol alone.
    const int step =
        missing > 0 ? missing : -std::min(-missing, std::max(1, static_cast<int>(largest) / 16));
    largest = static_cast<std::uint16_t>(largest + step);
    missing -= step;
  }
}

// A frequency of 2^table_log could not be told from 0 in the coder's 12 bits.
void leave_room(Frequencies& frequencies, unsigned table_log) noexcept {
  const auto whole = static_cast<std::uint16_t>(1U << table_log);
  const auto only = std::find(frequencies.begin(), frequencies.end(), whole);
  if (only == frequencies.end()) return;
  *only = static_cast<std::uint16_t>(whole - 1);
  frequencies[only == frequencies.begin() ? 1 : 0] = 1;
}

}  // namespace

Frequencies normalized(const SymbolCounts& counts, unsigned table_log) noexcept {
  const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  Frequencies frequencies{};
  const int whole = 1 << table_log;
  if (total == 0) {
    frequencies[0] = static_cast<std::uint16_t>(whole);
  } else {
    int sum = 0;
    for (unsigned s = 0; s < kSymbols; ++s) {
      if (counts[s] == 0) continue;
      const std::uint64_t scaled = ((std::uint64_t{counts[s]} << table_log) + total / 2) / total;
      frequencies[s] = static_cast<std::uint16_t>(std::max<std::uint64_t>(scaled, 1));
      sum += frequencies[s];
    }
    settle(frequencies, whole - sum);
  }
  leave_room(frequencies, table_log);
  return frequencies;
}

std::uint32_t log2_fixed(std::uint32_t value) noexcept {
  const unsigned whole = static_cast<unsigned>(std::bit_width(value)) - 1;
  // The mantissa in [1, 2) with 31 fraction bits; each squaring yields one bit of the logarithm.
  std::uint64_t mantissa = std::uint64_t{value} << (31 - whole);
  std::uint32_t fraction = 0;
  for (int bit = 0; bit < 16; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    const bool carry = mantissa >> 32 != 0;
    fraction = fraction << 1 | static_cast<std::uint32_t>(carry);
    mantissa >>= static_cast<unsigned>(carry);
  }
  return whole << 16 | fraction;
}

std::uint64_t coded_cost(const SymbolCounts& counts, const Frequencies& frequencies,
                         unsigned table_log) noexcept {
  std::uint64_t cost = 0;
  for (unsigned s = 0; s < kSymbols; ++s) {
    if (counts[s] == 0) continue;
    cost += std::uint64_t{counts[s]} * ((table_log << 16) - log2_fixed(frequencies[s]));
  }
  return cost;
}

void append_frequencies(const Frequencies& frequencies, std::vector<std::byte>& out) {
  const int whole = std::accumulate(frequencies.begin(), frequencies.end(), 0);
  int sum = 0;
  for (unsigned s = 0; sum < whole; ++s) {
    const unsigned frequency = frequencies[s];
    if (frequency == 0) {
      unsigned run = 1;
      while (frequencies[s + run] == 0) ++run;
      out.push_back(std::byte{0});
      out.push_back(static_cast<std::byte>(run - 1));
      s += run - 1;
    } else if (frequency < 128) {
      out.push_back(static_cast<std::byte>(frequency));
    } else {
      out.push_back(static_cast<std::byte>(0x80 | frequency >> 8));
      out.push_back(static_cast<std::byte>(frequency & 255));
    }
    sum += static_cast<int>(frequency);
  }
}

Result<Frequencies> read_frequencies(Cursor& in, unsigned table_log) {
  const Status broken(Code::kMalformed, "a coded block has a broken frequency table");
  const unsigned whole = 1U << table_log;
  Frequencies frequencies{};
  for (unsigned s = 0, sum = 0; sum < whole;) {
    const auto first = in.read<std::uint8_t>();
    if (!first) return broken;
    unsigned frequency = *first;
    if (frequency == 0 || frequency >= 128) {
      const auto second = in.read<std::uint8_t>();
      if (!second) return broken;
      if (frequency == 0) {
        s += *second + 1U;
        if (s >= kSymbols) return broken;
        continue;
      }
      frequency = (frequency & 127) << 8 | *second;
    }
    sum += frequency;
    if (s >= kSymbols || frequency == 0 || frequency >= whole || sum > whole) return broken;
    frequencies[s++] = static_cast<std::uint16_t>(frequency);
  }
  return frequencies;
}

}  // namespace hartonomous::core::block
