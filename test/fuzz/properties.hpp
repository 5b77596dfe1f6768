// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What must hold of every input of a fuzz target, not only that it does no harm.
#pragma once

#include <string_view>

#include <simdjson.h>

#include "format/file_builder.hpp"

namespace hartonomous::fuzz {

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// An accepted layout covers its file, says sizes that follow from types and shapes, and prints as
// JSON that another reader accepts.
inline void check_layout(const core::format::FileLayout& layout, std::uint64_t file_size) {
  require(test::segments_cover(layout, file_size));
  for (const auto& tensor : layout.tensors) {
    require(core::tensor::byte_length(tensor.dtype, tensor.shape) == tensor.byte_length);
  }
  const std::string json = core::format::to_json(layout.metadata, {16});
  static simdjson::dom::parser parser;
  require(parser.parse(json).error() == simdjson::SUCCESS);
}

// A refusal names its reason and is one of the codes that a parser may give.
inline void check_refusal(const core::Status& status) {
  using core::Code;
  require(!status.message().empty());
  const Code code = status.code();
  require(code == Code::kMalformed || code == Code::kLimitExceeded || code == Code::kUnsupported ||
          code == Code::kBadEncoding || code == Code::kOutOfMemory);
}

inline void check_parse(std::string_view file, const core::format::Limits& limits = {}) {
  const auto result = test::parse(file, limits);
  if (result.is_ok()) {
    check_layout(result.value(), file.size());
  } else {
    check_refusal(result.status());
  }
}

}  // namespace hartonomous::fuzz
