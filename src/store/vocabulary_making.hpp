// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where vocabularies come from: training on the texts of a query, or a model's file.
#pragma once

#include <optional>
#include <string>

#include "core/base/byte_source.hpp"

namespace hartonomous::store {

struct TrainingRequest {
  std::string_view name, corpus;
  std::int32_t vocabulary_size, min_frequency;
  std::string_view boundary, unit, tie_rule;
  std::optional<std::string_view> tenant;
};
// Returns the new vocabulary_id. Throws Failure: kInvalidArgument, kBadEncoding, kLimitExceeded,
// kQuotaExceeded, kNotPermitted; pg::Error for what the query raises.
std::int64_t train_vocabulary(const TrainingRequest& request);

struct ImportRequest {
  std::string_view name;
  std::optional<std::string_view> pattern, tenant;
};
// From a file of the server; beside a vocab.json a merges.txt is looked for. The caller's right to
// read server files is checked.
std::int64_t import_vocabulary_file(const std::string& path, const ImportRequest& request);
// From bytes; `merges` is merges.txt where `data` is a vocab.json.
std::int64_t import_vocabulary_bytes(core::Bytes data, std::string_view merges,
                                     const ImportRequest& request);

}  // namespace hartonomous::store
