// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Refs: movable names for a model's versions, and what may be a name.
#pragma once

#include <cstdint>
#include <string_view>

namespace hartonomous::store {

// Throw kInvalidArgument for what name@ref could not tell apart, and for control characters.
void require_model_name(std::string_view name);
void require_ref_name(std::string_view name);

// Points a ref of the model at one of its versions, making the ref if need be, and records it.
// REQUIRES: owner's rights; a valid name; that the version is the model's.
void point_ref(std::int64_t model_id, std::string_view ref, std::int64_t version_id,
               std::string_view author);

// The same for a user, by names: `target` is another ref of the model or a version_id. Returns the
// version. kNotFound and kInvalidArgument as find_version(). A ref that points there already stays
// as it is, with nothing recorded.
std::int64_t set_ref(std::string_view model, std::string_view ref, std::string_view target);

}  // namespace hartonomous::store
