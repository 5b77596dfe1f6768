// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/cluster_lock.hpp"

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

// Advisory locks of users have 1 or 2 here; ours also name no database.
constexpr std::uint16_t kOurs = 0x4841;

}  // namespace

ClusterLock::ClusterLock(std::uint32_t key) {
  SET_LOCKTAG_ADVISORY(tag_, InvalidOid, key, 0, kOurs);
  call([this] { LockAcquire(&tag_, ExclusiveLock, false, false); });
}

ClusterLock::~ClusterLock() { LockRelease(&tag_, ExclusiveLock, false); }

}  // namespace hartonomous::pg
