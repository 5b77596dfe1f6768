// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/boundary.hpp"

namespace hartonomous::core::cpe {

std::optional<Boundary> boundary_by_name(std::string_view name) noexcept {
  if (name == "word") return Boundary{true, split::Pattern::kNone};
  const auto pattern = split::pattern_by_name(name);
  if (!pattern) return std::nullopt;
  return Boundary{false, *pattern};
}

Result<BoundaryCutter> BoundaryCutter::open(Boundary boundary) {
  std::optional<text::Segmenter> segmenter;
  if (boundary.is_word) {
    HARTONOMOUS_TRY(segmenter, text::Segmenter::open());
  }
  return BoundaryCutter(boundary, std::move(segmenter));
}

}  // namespace hartonomous::core::cpe
