// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Lets one session of the server at a time, of whatever database, do a thing. It is a lock of the
// server's own lock manager: waiting answers cancel, deadlocks are found, and the end of a session
// releases it. Users' advisory locks cannot meet it.
#pragma once

#include <cstdint>

#include "pg/postgres.hpp"

namespace hartonomous::pg {

class ClusterLock {
 public:
  // Waits until nobody else holds `key`. Throws pg::Error.
  explicit ClusterLock(std::uint32_t key);
  ~ClusterLock();
  ClusterLock(const ClusterLock&) = delete;
  ClusterLock& operator=(const ClusterLock&) = delete;

 private:
  LOCKTAG tag_;
};

}  // namespace hartonomous::pg
