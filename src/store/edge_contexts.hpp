// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tree of contexts, hartonomous.edge_context: a context is its first word in front of the
// context that lacks it. Context 0 is the empty one and the root.
#pragma once

#include <optional>

#include "core/base/checkpoint.hpp"
#include "pg/index_probe.hpp"

namespace hartonomous::store {

inline constexpr std::int64_t kEmptyContext = 0;

struct ContextKey {
  std::int64_t suffix;  // the context without its first word
  std::int64_t word;    // the first word
  auto operator<=>(const ContextKey&) const = default;
};

// Adds contexts. Holds SHARE ROW EXCLUSIVE on the table until the transaction ends: other learners
// wait, readers do not. REQUIRES: pg::OwnerRights.
class ContextWriter {
 public:
  ContextWriter();

  // The ids of contexts of `length` words, made where they are new. REQUIRES: keys distinct, each
  // suffix stored or kEmptyContext. New ids ascend in the order of `keys`, above all older ones.
  // O(n log table), O(n) for those whose suffix is new.
  std::vector<std::int64_t> store(std::span<const ContextKey> keys, std::int32_t length,
                                  core::Checkpoint& checkpoint);

 private:
  bool is_new(std::int64_t context) const noexcept { return context >= first_new_; }
  std::optional<std::int64_t> find(const ContextKey& key);

  bool was_empty_;
  std::int64_t first_new_;  // no older context has this id or a higher one
  std::optional<pg::IndexProbe> probe_;
};

// Looks contexts up, a word at a time from the end. Checks no privileges.
class ContextReader {
 public:
  explicit ContextReader(pg::IndexProbe::Sees sees = pg::IndexProbe::Sees::kSnapshot);
  // The context of `word` in front of `suffix`, if any source has it.
  std::optional<std::int64_t> find(const ContextKey& key);
  // The way back. Throws Failure kCorrupt for a context that does not exist.
  ContextKey key_of(std::int64_t context);

 private:
  pg::IndexProbe::Sees sees_;
  pg::IndexProbe by_key_;
  std::optional<pg::IndexProbe> by_id_;
};

}  // namespace hartonomous::store
