// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/layout.hpp"

#include <algorithm>
#include <tuple>

namespace hartonomous::core::format {

const char* name(Format format) noexcept {
  switch (format) {
    case Format::kSafetensors:
      return "safetensors";
    case Format::kGguf:
      return "gguf";
    case Format::kNumpy:
      return "npy";
    case Format::kNpz:
      return "npz";
    case Format::kPytorch:
      return "pytorch";
  }
  return "unknown";
}

const char* name(Placement placement) noexcept {
  switch (placement) {
    case Placement::kInPlace:
      return "in place";
    case Placement::kShared:
      return "shared";
    case Placement::kEncoded:
      return "encoded";
  }
  return "unknown";
}

void mark_shared(std::vector<TensorEntry>& tensors) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].placement == Placement::kInPlace && tensors[i].byte_length > 0) {
      order.push_back(i);
    }
  }
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(tensors[a].offset, tensors[b].byte_length, a) <
           std::tuple(tensors[b].offset, tensors[a].byte_length, b);
  });
  std::uint64_t end = 0;
  for (const std::uint32_t i : order) {
    if (tensors[i].offset < end) {
      tensors[i].placement = Placement::kShared;
    } else {
      end = tensors[i].offset + tensors[i].byte_length;
    }
  }
}

std::vector<Segment> segments(const FileLayout& layout, std::uint64_t file_size) {
  std::vector<Segment> ranges;
  ranges.reserve(layout.tensors.size());
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    const TensorEntry& tensor = layout.tensors[i];
    if (tensor.placement == Placement::kInPlace && tensor.byte_length > 0) {
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
