// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Taking out what nothing refers to any more. Plain deletions: of a transaction that is cancelled or
// killed nothing has happened. Space is reused after VACUUM.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hartonomous::store {

struct Collected {
  std::int64_t blocks = 0;
  std::int64_t bytes = 0;  // of blocks and of rows of atoms
  std::int64_t atoms = 0;
};

// Deletes manifests, files, tensors and blocks without a version ("blocks"), atoms without a root
// ("atoms"), or both ("all"). Blocks: while others work, block_garbage.hpp. Atoms: waits for running
// ingests and readers of text, and keeps new ones waiting until its transaction ends. Throws Failure
// kInvalidArgument for another scope, kWrongState in a transaction that does not see what commits
// meanwhile.
Collected collect_garbage(std::string_view scope);

// The blocks' part, `batch` objects of each kind at a time, with commit() after each, so that nobody
// waits for more than a batch. Errors as above; kInvalidArgument for a batch below 1.
Collected sweep_blocks(std::int64_t batch, const std::function<void()>& commit);

// What it would take, counted. O(the store's catalogue).
struct Unreferenced {
  std::string kind;  // manifest, file, tensor, block; page: of a block that is not there
  std::int64_t objects;
  std::int64_t bytes;  // of payload, of blocks and pages
};
std::vector<Unreferenced> unreferenced();

}  // namespace hartonomous::store
