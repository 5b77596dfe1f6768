// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Re-derives every content address from the stored bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hartonomous::store {

// Calls report(problem, object) for everything that is not as its address says. Reads all bytes of
// the scope: about two passes for tensors, one for blocks and files. REQUIRES: owner's rights.
using Report = std::function<void(const std::string& problem, const std::string& object)>;

void verify_blocks(const Report& report);   // bytes against block_hash
void verify_tensors(const Report& report);  // dtype, shape and bytes against tensor_hash
void verify_files(const Report& report);    // segments against file_hash, bytes against SHA-256

}  // namespace hartonomous::store
