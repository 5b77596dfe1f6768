// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>

#include "core/block/rans.hpp"

namespace hartonomous::core::block {

namespace {

constexpr std::uint32_t kLowest = 1U << 16;

Status malformed(const char* message) { return {Code::kMalformed, message}; }

// One slot of the table for each of the 2^table_log values that a state's low bits can have.
void fill_slots(const Frequencies& frequencies, std::uint32_t* slot) noexcept {
  for (std::uint32_t s = 0; s < kSymbols; ++s) {
    const std::uint32_t f = frequencies[s];
    for (std::uint32_t place = 0; place < f; ++place) *slot++ = s | f << 8 | place << 20;
  }
}

// The portable decoder: correct for any words, however few.
bool decode(RansDecoder::State& state, const std::uint8_t* contexts,
            std::span<std::uint8_t> out) noexcept {
  const unsigned table_log = state.table_log;
  const std::uint32_t mask = (1U << table_log) - 1;
  const std::byte* words = state.words;
  const std::byte* const end = state.end;
  const std::uint32_t* const slots = state.slots;
  std::uint32_t* const lanes = state.lanes.data();
  std::uint8_t* const to = out.data();
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint32_t x = lanes[i % kLanes];
    const std::size_t context = contexts == nullptr ? 0 : contexts[i];
    const std::uint32_t slot = slots[(context << table_log) + (x & mask)];
    to[i] = static_cast<std::uint8_t>(slot);
    x = (slot >> 8 & 0xfff) * (x >> table_log) + (slot >> 20);
    if (x < kLowest) {
      if (end - words < 2) return false;
      x = x << 16 | load_little_endian<std::uint16_t>(words);
      words += 2;
    }
    lanes[i % kLanes] = x;
  }
  state.words = words;
  return true;
}

}  // namespace

Result<RansDecoder> RansDecoder::open(Cursor& in, unsigned context_count) {
  const auto table_log = in.read<std::uint8_t>();
  if (!table_log || *table_log < kMinTableLog || *table_log > kMaxTableLog) {
    return malformed("a coded block has no valid table size");
  }
  RansDecoder decoder;
  decoder.slots_.resize(std::size_t{context_count} << *table_log);
  for (std::size_t context = 0; context < context_count; ++context) {
    HARTONOMOUS_TRY(const Frequencies frequencies, read_frequencies(in, *table_log));
    fill_slots(frequencies, decoder.slots_.data() + (context << *table_log));
  }
  const auto count = in.read<std::uint32_t>();
  const auto lanes = in.take(4 * kLanes);
  if (!count || !lanes) return malformed("a coded block ends before its states");
  const auto words = in.take(std::uint64_t{*count} * 2);
  if (!words) return malformed("a coded block ends before its last word");
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    decoder.state_.lanes[lane] = load_little_endian<std::uint32_t>(lanes->data() + 4 * lane);
  }
  decoder.state_.words = words->data();
  decoder.state_.end = words->data() + words->size();
  decoder.state_.slots = decoder.slots_.data();
  decoder.state_.table_log = *table_log;
  return decoder;
}

Status RansDecoder::read(std::span<const std::uint8_t> contexts, std::span<std::uint8_t> out) {
  const std::uint8_t* of = contexts.empty() ? nullptr : contexts.data();
  const std::size_t done = kernel_ == nullptr ? 0 : kernel_(state_, of, out);
  if (!decode(state_, of == nullptr ? nullptr : of + done, out.subspan(done))) {
    return malformed("a coded block runs out of words");
  }
  return Status::ok();
}

Status RansDecoder::finish() const {
  const bool spent = state_.words == state_.end;
  if (spent && std::ranges::all_of(state_.lanes, [](auto x) { return x == kLowest; })) {
    return Status::ok();
  }
  return malformed("a coded block does not end where its symbols do");
}

}  // namespace hartonomous::core::block
