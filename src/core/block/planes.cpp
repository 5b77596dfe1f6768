// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/planes.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "core/block/byte_stream.hpp"

namespace hartonomous::core::block {

namespace {

using Runs = std::span<const std::uint8_t>;

constexpr std::uint8_t kRotated = 1;
constexpr std::size_t kMaxRuns = 16;
// Bytes of a run decoded together: they stay in the first-level cache until they are in place.
constexpr std::size_t kTile = 4096;

Runs plain_runs(std::size_t width) noexcept {
  static constexpr std::uint8_t kOnes[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  return {kOnes, width};
}

template <class Word>
std::vector<std::uint8_t> plane_of(const std::byte* raw, std::size_t count, unsigned byte,
                                   bool rotated) {
  std::vector<std::uint8_t> plane(count);
  std::uint8_t* const to = plane.data();
  for (std::size_t i = 0; i < count; ++i) {
    const Word word = load_little_endian<Word>(raw + i * sizeof(Word));
    const Word turned = rotated ? std::rotl(word, 1) : word;
    to[i] = static_cast<std::uint8_t>(turned >> 8 * byte);
  }
  return plane;
}

std::vector<std::uint8_t> gather(Bytes raw, std::size_t period, std::size_t offset,
                                 std::size_t length) {
  std::vector<std::uint8_t> plane(raw.size() / period * length);
  for (std::size_t i = 0; i < plane.size() / length; ++i) {
    std::memcpy(plane.data() + i * length, raw.data() + i * period + offset, length);
  }
  return plane;
}

std::vector<std::uint8_t> plane(const ElementLayout& layout, Bytes raw, Runs runs, std::size_t run,
                                std::size_t offset) {
  const std::size_t count = raw.size() / layout.width;
  const auto byte = static_cast<unsigned>(run);
  if (layout.runs.empty() && layout.width == 2) {
    return plane_of<std::uint16_t>(raw.data(), count, byte, layout.is_float);
  }
  if (layout.runs.empty() && layout.width == 4) {
    return plane_of<std::uint32_t>(raw.data(), count, byte, layout.is_float);
  }
  if (layout.runs.empty() && layout.width == 8) {
    return plane_of<std::uint64_t>(raw.data(), count, byte, layout.is_float);
  }
  return gather(raw, std::accumulate(runs.begin(), runs.end(), std::size_t{0}), offset, runs[run]);
}

// Puts planes of single bytes together to words; planes[b] is byte b of each.
template <class Word>
void join(const std::uint8_t* planes, std::size_t count, bool rotated, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    Word word = 0;
    for (unsigned b = 0; b < sizeof(Word); ++b) {
      word = static_cast<Word>(word | static_cast<Word>(planes[b * kTile + i]) << 8 * b);
    }
    if (rotated) word = std::rotr(word, 1);
    std::memcpy(out + i * sizeof(Word), &word, sizeof(Word));
  }
}

Status join_words(std::vector<ByteStreamReader>& readers, bool rotated, std::span<std::byte> out) {
  std::vector<std::uint8_t> planes(readers.size() * kTile);
  const std::size_t width = readers.size(), total = out.size() / width;
  for (std::size_t at = 0; at < total; at += kTile) {
    const std::size_t count = std::min(kTile, total - at);
    for (std::size_t b = 0; b < width; ++b) {
      HARTONOMOUS_CHECK(readers[b].read({planes.data() + b * kTile, count}));
    }
    std::byte* const to = out.data() + at * width;
    if (width == 2) join<std::uint16_t>(planes.data(), count, rotated, to);
    if (width == 4) join<std::uint32_t>(planes.data(), count, rotated, to);
    if (width == 8) join<std::uint64_t>(planes.data(), count, rotated, to);
  }
  return Status::ok();
}

// One run after the other: a run of many bytes is copied in pieces of its own length.
Status scatter(ByteStreamReader& reader, std::size_t period, std::size_t offset, std::size_t length,
               std::span<std::byte> out) {
  const std::size_t periods = out.size() / period;
  std::vector<std::uint8_t> tile(kLanes * length);
  for (std::size_t at = 0; at < periods; at += kLanes) {
    const std::size_t count = std::min<std::size_t>(kLanes, periods - at);
    HARTONOMOUS_CHECK(reader.read({tile.data(), count * length}));
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(out.data() + (at + i) * period + offset, tile.data() + i * length, length);
    }
  }
  return Status::ok();
}

Status malformed(const char* message) { return {Code::kMalformed, message}; }

}  // namespace

void encode_planes(const ElementLayout& layout, Bytes raw, std::vector<std::byte>& out) {
  const Runs runs = layout.runs.empty() ? plain_runs(layout.width) : layout.runs;
  const auto period = std::accumulate(runs.begin(), runs.end(), std::size_t{0});
  const Bytes whole = raw.first(raw.size() / period * period);
  const bool rotated = layout.is_float && layout.width > 1;
  out.push_back(std::byte{rotated ? kRotated : std::uint8_t{0}});
  out.push_back(static_cast<std::byte>(runs.size()));
  for (const std::uint8_t length : runs) out.push_back(static_cast<std::byte>(length));
  std::size_t offset = 0;
  for (std::size_t run = 0; run < runs.size(); offset += runs[run++]) {
    append_byte_stream(plane(layout, whole, runs, run, offset), out);
  }
  out.insert(out.end(), raw.begin() + static_cast<std::ptrdiff_t>(whole.size()), raw.end());
}

Status decode_planes(Bytes coded, std::span<std::byte> out) {
  Cursor in(coded);
  const auto flags = in.read<std::uint8_t>();
  const auto run_count = in.read<std::uint8_t>();
  if (!flags || *flags > kRotated || !run_count || *run_count == 0 || *run_count > kMaxRuns) {
    return malformed("a coded block has no valid arrangement of planes");
  }
  const auto lengths = in.take(*run_count);
  if (!lengths) return malformed("a coded block has no valid arrangement of planes");
  const auto* first = reinterpret_cast<const std::uint8_t*>(lengths->data());
  const Runs runs(first, lengths->size());
  const auto period = std::accumulate(runs.begin(), runs.end(), std::size_t{0});
  const bool are_bytes = std::ranges::all_of(runs, [](auto length) { return length == 1; });
  const bool are_words = are_bytes && (period == 2 || period == 4 || period == 8);
  if (std::ranges::count(runs, 0) != 0 || (*flags == kRotated && !are_words)) {
    return malformed("a coded block has no valid arrangement of planes");
  }
  const std::span<std::byte> whole = out.first(out.size() / period * period);
  std::vector<ByteStreamReader> readers;
  for (const std::uint8_t length : runs) {
    HARTONOMOUS_TRY(ByteStreamReader reader,
                    ByteStreamReader::open(in, whole.size() / period * length));
    readers.push_back(std::move(reader));
  }
  if (are_words) {
    HARTONOMOUS_CHECK(join_words(readers, *flags == kRotated, whole));
  } else {
    for (std::size_t run = 0, offset = 0; run < runs.size(); offset += runs[run++]) {
      HARTONOMOUS_CHECK(scatter(readers[run], period, offset, runs[run], whole));
    }
  }
  for (const ByteStreamReader& reader : readers) HARTONOMOUS_CHECK(reader.finish());
  const auto rest = in.take(out.size() - whole.size());
  if (!rest || in.remaining() != 0) return malformed("a coded block has the wrong length");
  std::ranges::copy(*rest, out.begin() + static_cast<std::ptrdiff_t>(whole.size()));
  return Status::ok();
}

}  // namespace hartonomous::core::block
