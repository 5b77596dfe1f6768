// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Manifests, files, tensors and blocks that nothing refers to. Taken out while others work: nobody
// who reads waits, and who writes waits only for a row that he would share and that goes just now.
//
// Why that is safe. A writer takes hold (FOR KEY SHARE) of every row that he found and will refer to;
// what he makes, others do not see. The collector locks rows without references, skipping those that
// somebody holds, and then looks again, with a new snapshot, whether they still have none: between
// the first look and the lock somebody may have referred to them and committed. What it has locked
// nobody can take hold of until it is gone, and who waited for it makes it anew.
#pragma once

#include <cstdint>

namespace hartonomous::store {

struct CollectedBlocks {
  std::int64_t blocks = 0;
  std::int64_t bytes = 0;    // of payload
  std::int64_t objects = 0;  // of all four kinds
};

// Takes out at most about `most` objects of each kind; the result has no objects when there are none
// left. O(the catalogue) to find them. REQUIRES: owner's rights, and a transaction whose statements
// see what commits meanwhile.
CollectedBlocks collect_blocks(std::int64_t most);

}  // namespace hartonomous::store
