// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Models in several GGUF files: each says which part it is, and their names end in
// "-00001-of-00003.gguf".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/layout.hpp"

namespace hartonomous::core::format::gguf {

struct SplitPart {
  std::uint64_t number;   // from 0
  std::uint64_t count;    // of parts, at least 2; more than `number`
  std::uint64_t tensors;  // in all parts
};

// Nothing if the file is no GGUF file, or the only one of its model.
std::optional<SplitPart> split_part(const FileLayout& layout);

// The names of the parts other than `part`, whose own name is `name`; empty if that is not of the
// form which belongs to the part, or there are more parts than that form can number.
std::vector<std::string> other_part_names(std::string_view name, const SplitPart& part);

}  // namespace hartonomous::core::format::gguf
