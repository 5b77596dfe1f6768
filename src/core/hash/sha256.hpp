// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// SHA-256 (FIPS 180-4), through OpenSSL. Stored beside the content address of every file so that
// users can compare with what a hub publishes; nothing in the store is looked up by it.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "core/base/cursor.hpp"

namespace hartonomous::core::hash {

using Sha256Digest = std::array<std::byte, 32>;

class Sha256 {
 public:
  Sha256();  // throws std::bad_alloc
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(Bytes bytes) noexcept;
  // The digest of everything since the beginning or the last finish(). Using one object for many
  // short pieces saves setting it up, which costs more than hashing them.
  Sha256Digest finish() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(Bytes bytes);

}  // namespace hartonomous::core::hash
