// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/overlay.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "core/run/adapter.hpp"
#include "core/run/config_file.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "store/format_limits.hpp"
#include "store/low_rank.hpp"
#include "store/model_refs.hpp"
#include "store/stored_head.hpp"
#include "store/version_record.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::run::Factor;

// What an adapter does to one matrix.
struct Change {
  const NamedTensor* a = nullptr;
  const NamedTensor* b = nullptr;
};
using Changes = std::map<std::string, Change>;  // by the base's tensor

float adapter_scale_of(std::span<const FileKey> files, float scale) {
  const auto config = std::ranges::find(files, "adapter_config.json", &FileKey::path);
  if (config == files.end()) {
    pg::raise(Status(Code::kNotFound, "adapter has no adapter_config.json")
                  .with_hint("Ingest the adapter's directory, not its weights alone."));
  }
  pg::PollCheckpoint checkpoint;
  StoredHead head(*config);
  const std::string json =
      pg::check(core::tokenizer::read_all(head, core::run::kMaxConfigBytes, checkpoint));
  const auto metadata = pg::check(core::run::read_config(json, checkpoint));
  return static_cast<float>(pg::check(core::run::adapter_scale(metadata)) *
                            static_cast<double>(scale));
}

Changes changes_of(std::span<const NamedTensor> adapter) {
  Changes changes;
  for (const NamedTensor& tensor : adapter) {
    const auto part = core::run::adapter_tensor(tensor.name);
    if (!part) {
      pg::raise({Code::kUnsupported,
                 "adapter tensor " + core::quoted(tensor.name) + " is no factor of a matrix"});
    }
    Change& change = changes[part->target];
    (part->factor == Factor::kA ? change.a : change.b) = &tensor;
  }
  return changes;
}

void check_shapes(const std::string& target, const NamedTensor& base, const Change& change) {
  const bool are_matrices = change.a != nullptr && change.b != nullptr &&
                            base.key.shape.size() == 2 && change.a->key.shape.size() == 2 &&
                            change.b->key.shape.size() == 2;
  if (are_matrices && change.a->key.shape[1] == base.key.shape[1] &&
      change.b->key.shape[0] == base.key.shape[0] &&
      change.a->key.shape[0] == change.b->key.shape[1]) {
    return;
  }
  pg::raise(
      Status(Code::kMalformed, "factors of the adapter do not fit tensor " + core::quoted(target))
          .with_detail("Wanted are two matrices, rank x inputs and outputs x rank."));
}

void check_fit(const Changes& changes, std::span<const NamedTensor> base) {
  std::unordered_map<std::string_view, const NamedTensor*> by_name;
  for (const NamedTensor& tensor : base) by_name.emplace(tensor.name, &tensor);
  if (changes.empty()) pg::raise({Code::kMalformed, "adapter has no tensors"});
  for (const auto& [target, change] : changes) {
    const auto found = by_name.find(target);
    if (found == by_name.end()) {
      pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(target))
                    .with_detail("The adapter changes it.")
                    .with_hint("An adapter names the tensors of the model's Hugging Face files."));
    }
    check_shapes(target, *found->second, change);
  }
}

// What stands before the names of the next adapter's tensors and files: "adapter:1:", ...
std::string next_prefix(std::span<const NamedTensor> base) {
  for (std::size_t number = 1;; ++number) {
    const std::string prefix = "adapter:" + std::to_string(number) + ":";
    if (std::ranges::none_of(base, [&](const NamedTensor& tensor) {
          return std::string_view(tensor.name).starts_with(prefix);
        })) {
      return prefix;
    }
  }
}

// The adapter's files and tensors under the prefix, and the matrices it changes.
ManifestEntries entries_of(const Changes& changes, std::span<const NamedTensor> base,
                           std::span<const NamedTensor> adapter, std::span<const FileKey> files,
                           const std::string& prefix, float scale, std::int64_t base_version) {
  std::unordered_map<std::string_view, std::vector<NamedStep>> earlier;
  const std::vector<NamedStep> all_steps = steps_of(base_version);
  for (const NamedStep& step : all_steps) earlier[step.tensor].push_back(step);
  ManifestEntries entries;
  for (const FileKey& file : files) entries.files.push_back({prefix + file.path, file.file_id});
  for (const NamedTensor& tensor : adapter) {
    entries.tensors.push_back({prefix + tensor.name, tensor.key.tensor_id, prefix + tensor.path});
  }
  for (const NamedTensor& tensor : base) {
    const auto change = changes.find(tensor.name);
    if (change == changes.end()) continue;
    std::vector<NamedStep>& steps = earlier[tensor.name];
    steps.push_back({tensor.name, prefix + change->second.a->name, prefix + change->second.b->name,
                     scale});
    entries.tensors.push_back(
        {tensor.name, tensor.key.tensor_id, tensor.path, steps_json(steps)});
  }
  return entries;
}

}  // namespace

std::int64_t create_overlay(const OverlayRequest& request) {
  require_ref_name(request.ref);
  if (!std::isfinite(request.scale)) pg::raise({Code::kInvalidArgument, "scale must be finite"});
  const VersionKey base = find_version(request.model);
  const VersionKey adapter = find_version(request.adapter);
  const std::vector<FileKey> files = files_of(adapter);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  const float scale = adapter_scale_of(files, request.scale);
  if (!std::isfinite(scale)) pg::raise({Code::kOutOfRange, "scale is out of range"});
  const std::vector<NamedTensor> base_tensors = tensors_of(base.version_id);
  const std::vector<NamedTensor> factors = tensors_of(adapter.version_id);
  const Changes changes = changes_of(factors);
  check_fit(changes, base_tensors);

  lock_model(base.model_id);
  const std::string prefix = next_prefix(base_tensors);
  const std::string message = "adapter " + std::string(request.adapter);
  const std::int64_t parents[] = {base.version_id, adapter.version_id};
  const ManifestKey manifest = derive_manifest(
      base.version_id,
      entries_of(changes, base_tensors, factors, files, prefix, scale, base.version_id));
  return record_version({.model_id = base.model_id,
                         .ref = request.ref,
                         .parents = parents,
                         .manifest = manifest,
                         .charged_bytes = 0,
                         .message = message,
                         .author = author})
      .version_id;
}

}  // namespace hartonomous::store
