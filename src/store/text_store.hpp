// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One text of any length into atoms, in bounded memory.
//
// A text is cut part by part (a part has at most 64 KiB). When the graph of the parts so far has
// grown to half of maintenance_work_mem they are stored and only their addresses, places and ids
// are kept; at the end what stands above the parts is built of those. What is stored does not
// depend on where this happens.
#pragma once

#include <functional>

#include "core/base/checkpoint.hpp"
#include "pg/boundary.hpp"
#include "store/atom_writer.hpp"

namespace hartonomous::store {

struct StoredText {
  std::int64_t atom_id;
  std::size_t atoms_added;
};

// What makes the words of a text in a graph (DocumentBuilder::compose_words_by); empty: characters.
using WordMaker = std::function<std::function<NodeIndex(std::string_view)>(AtomGraph&)>;

// REQUIRES: pg::OwnerRights. Throws Failure kBadEncoding for invalid UTF-8, else as store_atoms.
// Memory: maintenance_work_mem, about 100 bytes a part, and the text once more if it has several
// thousand short paragraphs.
StoredText store_text(std::string_view content, AtomLock lock, core::Checkpoint& checkpoint,
                      const WordMaker& words = {});

}  // namespace hartonomous::store
