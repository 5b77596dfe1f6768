// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Refs: names for a model's versions. Branches move, tags do not. Every change of a ref holds the
// ref's row until its transaction ends, is one row of ref_history, and costs the same for any model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/hash/content_hash.hpp"

namespace hartonomous::store {

// Throw kInvalidArgument for what name@ref could not tell apart, and for control characters.
void require_model_name(std::string_view name);
void require_ref_name(std::string_view name);

// Holds the model's row, so that its versions and refs change one after the other. kNotFound if
// somebody deleted it meanwhile. REQUIRES: owner's rights.
void lock_model(std::int64_t model_id);

struct RefTarget {
  std::int64_t version_id;
  core::hash::ContentHash manifest;
  bool is_tag;
};
// What the ref points at now, whatever the caller's snapshot says. REQUIRES: owner's rights and
// lock_model().
std::optional<RefTarget> ref_target(std::int64_t model_id, std::string_view ref);

// Who changes a ref, and what he says of it.
struct RefChange {
  std::string_view author;   // a role
  std::string_view message;
};

// Points a ref of the model at one of its versions, making the ref if need be, and records it.
// kWrongState for a tag that points elsewhere. REQUIRES: owner's rights and lock_model(); a valid
// name; that the version is the model's.
void point_ref(std::int64_t model_id, std::string_view ref, std::int64_t version_id,
               const RefChange& change);

// 40001 unless the ref points at `expected` (0: there is none yet). REQUIRES: as ref_target().
void require_target(std::int64_t model_id, std::string_view ref, std::int64_t expected);

// The following are for a user and by names. `model` is a name without @, `target` another ref of
// it or a version_id. They return the version; kNotFound and kInvalidArgument as find_version().

// A ref that points there already stays as it is, with nothing recorded. 40001 if the ref does
// not point at `expected`.
std::int64_t set_ref(std::string_view model, std::string_view ref, std::string_view target,
                     std::string_view message, std::optional<std::int64_t> expected);

enum class RefKind { kBranch, kTag };
// A ref that is not there yet; else 42710.
std::int64_t create_ref(std::string_view model, std::string_view ref, std::string_view target,
                        std::string_view message, RefKind kind);

// Returns the version it pointed at, which stays.
std::int64_t delete_ref(std::string_view model, std::string_view ref, std::string_view message);

}  // namespace hartonomous::store
