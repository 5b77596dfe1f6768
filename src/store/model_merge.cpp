// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_merge.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/session.hpp"
#include "store/file_variant.hpp"
#include "store/merge_overlay.hpp"
#include "store/merged_tensor.hpp"
#include "store/model_refs.hpp"
#include "store/tenant.hpp"
#include "store/version_record.hpp"

namespace hartonomous::store {

namespace {

std::vector<std::int64_t> ids_of(const MergePlan& plan) {
  std::vector<std::int64_t> ids{plan.frame.version_id};
  for (const VersionKey& input : plan.inputs) {
    if (std::ranges::find(ids, input.version_id) == ids.end()) ids.push_back(input.version_id);
  }
  return ids;
}

std::uint64_t bytes_read(const MergePlan& plan) {
  std::uint64_t bytes = 0;
  for (const TensorPlan& tensor : plan.tensors) {
    const auto passes = static_cast<std::uint64_t>(passes_of(plan.recipe, tensor));
    for (const TensorKey& input : tensor.inputs) bytes += passes * input.byte_length;
  }
  return bytes;
}

std::uint64_t bytes_made(const MergePlan& plan) {
  std::uint64_t bytes = 0;
  for (const TensorPlan& tensor : plan.tensors) {
    bytes += tensor.shared ? 0 : tensor.frame.key.byte_length;
  }
  return bytes;
}

// What of the frame's manifest is another tensor or file.
ManifestEntries merged_entries(const MergePlan& plan, core::Checkpoint& progress) {
  ManifestEntries entries;
  std::map<std::string, std::vector<TensorReplacement>> by_file;
  TensorWriter writer;
  for (const TensorPlan& tensor : plan.tensors) {
    const NamedTensor& frame = tensor.frame;
    const std::int64_t made = tensor.shared
                                  ? *tensor.shared
                                  : merge_tensor(plan.recipe, tensor, writer, progress).tensor_id;
    if (made == frame.key.tensor_id && frame.key.steps.empty()) continue;
    entries.tensors.push_back({frame.name, made, frame.path});
    if (made == frame.key.tensor_id || frame.key.byte_length == 0) continue;
    by_file[frame.path].push_back({frame.name, frame.key.tensor_id, made});
  }
  writer.finish();
  const std::map<std::string, FileKey> files = files_by_path(plan.frame.version_id);
  for (const auto& [path, replacements] : by_file) {
    entries.files.push_back({path, replace_in_file(plan.frame, files.at(path), replacements)});
  }
  append_removal_of_operands(plan.frame.version_id, entries);
  return entries;
}

}  // namespace

TargetPlace target_place(std::string_view target) {
  const std::size_t at = target.rfind('@');
  const TargetPlace place{target.substr(0, at),
                          at == target.npos ? std::string_view("main") : target.substr(at + 1)};
  require_model_name(place.model);
  require_ref_name(place.ref);
  return place;
}

std::int64_t tenant_of(const VersionKey& version) {
  const pg::OwnerRights rights;
  return identity_of(version).tenant_id;
}

std::int64_t record_made(const MadeVersion& made, const ManifestEntries& entries) {
  std::vector<std::int64_t> parents(made.parents.begin(), made.parents.end());
  const std::int64_t model_id = lock_or_make_model(made.tenant_id, made.place.model, made.author);
  if (const auto current = ref_target(model_id, made.place.ref)) {
    std::erase(parents, current->version_id);
    parents.insert(parents.begin(), current->version_id);
  }
  const RecordedVersion version =
      record_version({.model_id = model_id,
                      .ref = made.place.ref,
                      .parents = parents,
                      .manifest = derive_manifest(made.frame.version_id, entries),
                      .charged_bytes = made.bytes,
                      .message = made.message,
                      .author = made.author});
  if (version.is_new) charge(made.tenant_id, made.bytes);
  return version.version_id;
}

std::int64_t merge_models(const MergeTarget& target, const MergeRequest& request) {
  const TargetPlace place = target_place(target.model);
  const MergePlan plan = plan_merge(request);
  const std::int64_t tenant_id = tenant_of(plan.frame);
  const std::uint64_t bytes = target.is_overlay ? 0 : bytes_made(plan);
  check_quota(tenant_id, bytes);
  const std::string author = pg::current_user_name();
  pg::JobProgress progress("merge_models", target.model, tenant_id, bytes_read(plan));
  const pg::OwnerRights rights;
  const std::vector<std::int64_t> parents = ids_of(plan);
  hold_versions(parents);
  const ManifestEntries entries =
      target.is_overlay ? overlay_entries(plan, progress) : merged_entries(plan, progress);
  return record_made({.place = place,
                      .tenant_id = tenant_id,
                      .frame = plan.frame,
                      .parents = parents,
                      .bytes = bytes,
                      .message = target.message,
                      .author = author},
                     entries);
}

}  // namespace hartonomous::store
