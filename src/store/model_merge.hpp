// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merges of models, as versions.
#pragma once

#include "store/manifest.hpp"
#include "store/merge_plan.hpp"

namespace hartonomous::store {

struct MergeTarget {
  std::string_view model;  // name or name@ref; made if need be, by default its main
  std::string_view message;
  bool is_overlay = false;  // its tensors are expressions, and nothing is copied or charged
};

// Makes a version whose tensors are the merge and whose files are otherwise the frame's, points the
// target's ref at it and returns it; the one that the ref has, if that is the same. Its parents are
// what the ref had, the frame and the inputs. Tensors that need no arithmetic are shared. Charges
// the frame's tenant, whose the model is or becomes, with the bytes of the others. Errors as
// plan_merge(), merge_tensor(), overlay_entries() and replace_in_file(); kQuotaExceeded.
std::int64_t merge_models(const MergeTarget& target, const MergeRequest& request);

// Where a new version goes: kInvalidArgument for names that are none.
struct TargetPlace {
  std::string_view model, ref;
};
TargetPlace target_place(std::string_view target);
// Whose the version is, and what is made of it. The caller was seen to see it.
std::int64_t tenant_of(const VersionKey& version);

// A version that is the frame with other entries.
struct MadeVersion {
  TargetPlace place;
  std::int64_t tenant_id;
  VersionKey frame;
  std::span<const std::int64_t> parents;  // after what the ref has
  std::uint64_t bytes;                    // to charge
  std::string_view message, author;
};
// Records it, points the ref at it and charges the tenant; the version that the ref has, if that is
// the same. REQUIRES: owner's rights; that the frame is held.
std::int64_t record_made(const MadeVersion& made, const ManifestEntries& entries);

}  // namespace hartonomous::store
