// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One sequence under evaluation: how far it has come, and the keys and values of its positions.
// Truncated to a prefix it goes on from there as if the rest had never been (prompt caching).
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/run/kv_cache.hpp"
#include "core/run/model.hpp"
#include "core/run/rope_angles.hpp"

namespace hartonomous::core::run {

using TokenId = std::uint32_t;

struct SequenceOptions {
  // Positions that the sequence may reach; 0: the model's context. With longrope scaling (Phi-3),
  // which has two sets of factors, 0 means the original context and the short set; more than that
  // takes the long set from the first position on.
  std::size_t context_length = 0;
  std::size_t max_bytes = SIZE_MAX;  // of keys and values
};

class Sequence {
 public:
  explicit Sequence(const Model& model, const SequenceOptions& options = {});

  std::size_t length() const noexcept { return length_; }  // positions evaluated
  std::size_t context_length() const noexcept { return context_length_; }
  std::size_t bytes() const noexcept { return cache_.bytes(); }
  // Of keys and values, if it were `length` long.
  std::size_t bytes_for(std::size_t length) const noexcept { return cache_.bytes_for(length); }
  // Forgets positions from `length` on; nothing if there are none.
  void truncate(std::size_t length) noexcept;
  // Takes no more memory than it needs, until it goes on. O(its last positions' keys and values).
  void pack() { cache_.pack(length_); }

 private:
  friend class Evaluation;

  std::size_t context_length_;
  std::size_t length_ = 0;
  KvCache cache_;
  RopeAngles angles_;
};

}  // namespace hartonomous::core::run
