// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/posting_list.hpp"

#include <limits>
#include <optional>
#include <utility>

namespace hartonomous::core::text {

namespace {

void put(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(0x80 | (value & 0x7f));
  bytes += static_cast<char>(value);
}

std::optional<std::uint64_t> get(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace

void PostingWriter::add(const Posting& posting) {
  const bool same = posting.parent == last_.parent;
  put(bytes_, static_cast<std::uint64_t>(posting.parent - last_.parent));
  put(bytes_, posting.offset - (same ? last_.offset : 0));
  put(bytes_, posting.multiplicity);
  bytes_ += posting.before;
  bytes_ += posting.after;
  last_ = posting;
}

std::string PostingWriter::take() {
  last_ = {};
  return std::exchange(bytes_, {});
}

Status read_postings(std::string_view bytes, std::vector<Posting>& out) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::uint64_t parent = 0, offset = 0;
  while (!bytes.empty()) {
    const auto step = get(bytes), distance = get(bytes), multiplicity = get(bytes);
    const bool is_whole = step && distance && multiplicity && *multiplicity >= 1;
    if (!is_whole || bytes.size() < 2 || *multiplicity > 0x7fffffff || *step > kMost - parent) {
      return {Code::kCorrupt, "text index is malformed"};
    }
    if (*step > 0) offset = 0;
    parent += *step;
    if (*distance > kMost - offset) return {Code::kCorrupt, "text index is malformed"};
    offset += *distance;
    out.push_back({static_cast<std::int64_t>(parent), offset,
                   static_cast<std::uint32_t>(*multiplicity), bytes[0], bytes[1]});
    bytes.remove_prefix(2);
  }
  return Status::ok();
}

}  // namespace hartonomous::core::text
