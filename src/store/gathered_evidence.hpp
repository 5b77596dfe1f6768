// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Evidence of one source on its way into hartonomous.edge_evidence: words and contexts numbered as
// they appear, then stored all at once. What is stored is the union of what the source said ever.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/graph/symbol_table.hpp"
#include "store/edge_sources.hpp"

namespace hartonomous::store {

struct EvidenceRow {
  std::int64_t context, target, evidence;  // target kNoTarget: of what is not named
};
inline constexpr std::int64_t kNoTarget = -1;

class GatheredEvidence {
 public:
  GatheredEvidence() : contexts_{{0, core::graph::kUnknown, 0}} {}

  // Evidence, in units of 1 / kEvidenceUnit, that `target` follows the words of `context`; without
  // a target, for all that are not named. An empty word stands for the beginning of a sentence, an
  // empty target for its end. REQUIRES: valid UTF-8; evidence > 0.
  void add(std::span<const std::string_view> context, std::optional<std::string_view> target,
           std::int64_t evidence);

  // The rows with the ids of atoms and contexts, which are stored where they are new. REQUIRES:
  // pg::OwnerRights.
  std::vector<EvidenceRow> store(core::Checkpoint& checkpoint);

 private:
  struct Context {
    std::uint32_t suffix;
    core::graph::Symbol word;
    std::uint32_t length;
  };
  std::uint32_t longer(std::uint32_t suffix, core::graph::Symbol word);
  std::vector<std::int64_t> store_contexts(std::span<const std::int64_t> words,
                                           core::Checkpoint& checkpoint);

  core::graph::SymbolTable symbols_;
  std::vector<Context> contexts_;
  std::map<std::pair<std::uint32_t, core::graph::Symbol>, std::uint32_t> numbers_;
  std::vector<EvidenceRow> rows_;
};

// Whose evidence it is.
struct EvidenceOrigin {
  std::int64_t tenant;
  std::string_view source, domain, kind;  // kind: model, user or relation
  std::int32_t edge_type;
  std::string_view author;
};

// Adds what the source did not say before, makes the domain's distributions anew if that changes
// them, and charges the tenant; returns how many rows are new. Throws Failure: kInvalidArgument for
// names and for the name of a corpus; kCorrupt if the source says something else already; over
// quota. REQUIRES: pg::OwnerRights; that the author is a member of the tenant.
std::int64_t store_evidence(const EvidenceOrigin& origin, GatheredEvidence evidence,
                            core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
