// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/layout.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/base/result.hpp"
#include "core/format/sorted_order.hpp"

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
    case Format::kOnnx:
      return "onnx";
    case Format::kTensorflow:
      return "tensorflow";
    case Format::kHdf5:
      return "hdf5";
    case Format::kKeras:
      return "keras";
    case Format::kOpaque:
      return "opaque";
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
    case Placement::kExternal:
      return "external";
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

void drop_repeated(FileLayout& layout, Checkpoint& checkpoint) {
  auto& tensors = layout.tensors;
  const auto order = sorted_order(tensors.size(), checkpoint, [&](std::uint32_t i) {
    return std::pair<std::string_view, std::uint32_t>(tensors[i].name, i);
  });
  std::vector<bool> is_repeated(tensors.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    is_repeated[order[i]] = tensors[order[i]].name == tensors[order[i - 1]].name;
  }
  std::size_t at = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (is_repeated[i]) {
      layout.warnings.push_back("Tensor " + quoted(tensors[i].name) +
                                " occurs twice; the second is kept as it is.");
    } else {
      if (at != i) tensors[at] = std::move(tensors[i]);
      ++at;
    }
  }
  tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(at), tensors.end());
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
