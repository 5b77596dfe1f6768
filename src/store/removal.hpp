// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Taking things out: a model by name, and then whatever nothing refers to any more.
#pragma once

#include <cstdint>
#include <string_view>

namespace hartonomous::store {

// Deletes the model with all its versions and refs, and gives its bytes back to the tenant's quota.
// Content stays until collect_garbage(). kNotFound if the caller sees no such model.
void delete_model(std::string_view name);

struct Collected {
  std::int64_t blocks;
  std::int64_t bytes;  // of payload
};

// Deletes files, tensors and blocks that nothing refers to. Waits for running ingests and keeps new
// ones waiting until its transaction ends. Space is reused after VACUUM.
Collected collect_garbage();

}  // namespace hartonomous::store
