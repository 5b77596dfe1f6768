// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Single atoms by their id, kept once read: for walks that touch few atoms and know them one at a
// time. Whole documents are read by atom_reader.hpp, many times faster.
#pragma once

#include <unordered_map>

#include "core/text/phrase_climb.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

class AtomLookup {
 public:
  // Checks no privileges: callers do. Holds ACCESS SHARE on the table until the transaction ends.
  AtomLookup();
  ~AtomLookup();
  AtomLookup(const AtomLookup&) = delete;
  AtomLookup& operator=(const AtomLookup&) = delete;

  // The atom, valid as long as this object; nothing if there is none. Throws Failure (kCorrupt) if
  // its row is malformed. A few microseconds at the first time.
  const core::text::AtomContent* find(std::int64_t id);

 private:
  bool read(std::int64_t id, core::text::AtomContent& content);

  int exceptions_ = std::uncaught_exceptions();
  AtomTable table_;
  Snapshot snapshot_ = nullptr;
  IndexScanDesc scan_ = nullptr;
  TupleTableSlot* slot_ = nullptr;
  MemoryContext scratch_ = nullptr;
  std::unordered_map<std::int64_t, std::optional<core::text::AtomContent>> known_;
};

}  // namespace hartonomous::store
