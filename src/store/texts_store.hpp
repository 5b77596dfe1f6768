// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Many texts at once: each row of a query becomes a document. What hartonomous.ingest_texts does.
//
// Texts are taken in batches that fit maintenance_work_mem; the texts of a batch share one graph,
// and atoms and documents are written a batch at a time. A text that the tenant has already is
// recognised by its SHA-256 and not even cut; under the same title too it makes no new document,
// so that a repeated ingest changes nothing. Calls for one tenant wait for one another (its row is
// locked until the transaction ends); those of several tenants write atoms one after the other.
#pragma once

#include <optional>
#include <string_view>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct TextsUpload {
  std::string_view query;  // of one or two columns of type text: content, title
  std::optional<std::string_view> tenant;
};

struct TextsStored {
  std::int64_t documents = 0;  // new ones
  std::int64_t known = 0;      // rows whose text the tenant had under their title
  std::int64_t atoms = 0;      // new ones
  std::int64_t bytes = 0;      // of the new documents' texts
};

// Runs the query as the caller and stores its rows. Throws Failure: kInvalidArgument for the
// query's columns, a NULL or a title, with the number of the row; kQuotaExceeded, kNotPermitted.
TextsStored ingest_texts(const TextsUpload& upload);

}  // namespace hartonomous::store
