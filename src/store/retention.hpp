// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How long the history of refs is kept, and with it the versions that only the history still names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hartonomous::store {

// In days; nothing: as the tenant's, which is by default kDefaultRetention. kInvalidArgument below 0.
inline constexpr std::int32_t kDefaultRetention = 90;
void set_model_retention(std::string_view model, std::optional<std::int32_t> days);
// `tenant` as resolve_tenant(), empty for none named.
void set_tenant_retention(std::string_view tenant, std::optional<std::int32_t> days);

struct Pruned {
  std::int64_t history = 0;  // entries
  std::int64_t versions = 0;
};
// Of every model: deletes the entries of ref_history that are older than it keeps, but for those that
// say what held at the beginning of that time, and the versions older than it that no ref and no
// remaining entry names. Their bytes go back to the tenant's quota; content is collect_garbage()'s.
// Holds each model until the transaction ends.
Pruned prune_versions();

}  // namespace hartonomous::store
