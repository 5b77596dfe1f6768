// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/layout.hpp"

#include <algorithm>

namespace hartonomous::core::format {

const char* name(Format format) noexcept {
  return format == Format::kSafetensors ? "safetensors" : "gguf";
}

std::vector<Segment> segments(const FileLayout& layout, std::uint64_t file_size) {
  std::vector<Segment> ranges;
  ranges.reserve(layout.tensors.size());
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    const TensorEntry& tensor = layout.tensors[i];
    if (tensor.byte_length > 0) {
      ranges.push_back({tensor.offset, tensor.byte_length, static_cast<std::int64_t>(i)});
    }
  }
  std::ranges::sort(ranges, {}, &Segment::offset);

  std::vector<Segment> out;
  out.reserve(ranges.size() + 2);
  std::uint64_t at = 0;
  for (const Segment& range : ranges) {
    if (at < range.offset) out.push_back({at, range.offset - at, -1});
    out.push_back(range);
    at = range.offset + range.length;
  }
  if (at < file_size) out.push_back({at, file_size - at, -1});
  return out;
}

}  // namespace hartonomous::core::format
