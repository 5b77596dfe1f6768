// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/overlay.hpp"

#include <cmath>
#include <map>

#include "pg/identity.hpp"
#include "store/adapter_terms.hpp"
#include "store/model_refs.hpp"
#include "store/version_record.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

// The adapter's files and tensors under the prefix, and the matrices it changes.
ManifestEntries entries_of(std::span<const AdapterTerm> terms, std::span<const NamedTensor> base,
                           const ReadVersion& adapter, const std::string& prefix,
                           std::int64_t base_version) {
  std::map<std::string, std::vector<NamedStep>> steps;  // of the tensors that this adapter changes
  for (const AdapterTerm& term : terms) steps[term.target];
  for (NamedStep& step : steps_of(base_version)) {
    const auto changed = steps.find(step.tensor);
    if (changed != steps.end()) changed->second.push_back(std::move(step));
  }
  for (const AdapterTerm& term : terms) {
    if (!std::isfinite(term.scale)) pg::raise({Code::kOutOfRange, "scale is out of range"});
    steps[term.target].push_back({term.target,
                                  {prefix + term.a->name, prefix + term.b->name},
                                  {.scale = term.scale, .rows = term.rows}});
  }
  ManifestEntries entries;
  for (const FileKey& file : adapter.files) {
    entries.files.push_back({prefix + file.path, file.file_id});
  }
  for (const NamedTensor& tensor : adapter.tensors) {
    entries.tensors.push_back({prefix + tensor.name, tensor.key.tensor_id, prefix + tensor.path});
  }
  for (const NamedTensor& tensor : base) {
    const auto changed = steps.find(tensor.name);
    if (changed == steps.end()) continue;
    entries.tensors.push_back(
        {tensor.name, tensor.key.tensor_id, tensor.path, steps_json(changed->second)});
  }
  return entries;
}

}  // namespace

std::int64_t create_overlay(const OverlayRequest& request) {
  require_ref_name(request.ref);
  if (!std::isfinite(request.scale)) pg::raise({Code::kInvalidArgument, "scale must be finite"});
  const VersionKey base = find_version(request.model);
  const VersionKey adapter = find_version(request.adapter);
  const std::vector<FileKey> base_files = files_of(base), files = files_of(adapter);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  const std::vector<NamedTensor> base_tensors = tensors_unordered(base.version_id);
  const std::vector<NamedTensor> factors = tensors_unordered(adapter.version_id);
  const std::vector<AdapterTerm> terms =
      adapter_terms({base_files, base_tensors}, {files, factors}, request.scale);

  lock_model(base.model_id);
  std::vector<std::string> names;
  for (const NamedTensor& tensor : base_tensors) names.push_back(tensor.name);
  const std::string prefix = next_operand_prefix(names);
  const std::string message = "adapter " + std::string(request.adapter);
  const std::int64_t parents[] = {base.version_id, adapter.version_id};
  const ManifestKey manifest = derive_manifest(
      base.version_id, entries_of(terms, base_tensors, {files, factors}, prefix, base.version_id));
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
