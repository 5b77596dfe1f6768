// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Taking a model out. What nothing refers to any more is garbage.hpp's.
#pragma once

#include <string_view>

namespace hartonomous::store {

// Deletes the model with all its versions and refs, and gives its bytes back to the tenant's quota.
// Content stays until collect_garbage(). kNotFound if the caller sees no such model.
void delete_model(std::string_view name);

}  // namespace hartonomous::store
