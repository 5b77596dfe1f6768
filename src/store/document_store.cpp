// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/document_store.hpp"

#include "core/hash/sha256.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"
#include "core/text/segmenter.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/relation.hpp"
#include "pg/server_file.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/atom_reader.hpp"
#include "store/document_table.hpp"
#include "store/tenant.hpp"
#include "store/text_store.hpp"
#include "store/token_words.hpp"
#include "store/vocabulary_cache.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

constexpr std::uint64_t kMaxText = MaxAllocSize - VARHDRSZ;

Status no_such_document(std::int64_t document_id) {
  return {Code::kNotFound, "document " + std::to_string(document_id) + " does not exist"};
}

// PostgreSQL's text holds every character but this one, so such a document could not be given back.
void check_no_nul(std::string_view content) {
  const std::size_t at = content.find('\0');
  if (at == content.npos) return;
  pg::raise(Status{Code::kBadEncoding, "text contains a NUL character"}.with_detail(
      "It is at byte offset " + std::to_string(at) + "."));
}

core::hash::Sha256Digest sha256_of(std::string_view content, core::Checkpoint& checkpoint) {
  constexpr std::size_t kPiece = 1 << 20;
  core::hash::Sha256 hasher;
  for (std::size_t at = 0; at < content.size(); at += kPiece) {
    hasher.update(core::as_bytes(content.substr(at, kPiece)));
    checkpoint.reached(0);
  }
  return hasher.finish();
}

Datum text_of(const LoadedDag& dag, std::uint64_t length, core::Checkpoint& checkpoint) {
  auto* out = pg::call([&] { return static_cast<text*>(palloc(VARHDRSZ + length)); });
  SET_VARSIZE(out, VARHDRSZ + length);
  pg::check(core::text::expand(dag.view(), 0, {VARDATA(out), length}, checkpoint));
  return PointerGetDatum(out);
}

// The atom of a text, which is cut and stored unless the tenant has it already.
std::int64_t root_of(std::int64_t tenant, std::string_view content,
                     const core::hash::Sha256Digest& digest,
                     const std::shared_ptr<LoadedVocabulary>& vocabulary,
                     core::Checkpoint& checkpoint) {
  if (vocabulary) {
    return store_text(content, AtomLock::kByCount, checkpoint, words_of_tokens(vocabulary)).atom_id;
  }
  pg::lock_table("hartonomous", "atom", AccessShareLock);
  TextRow row{content, {}, digest};
  find_documents(tenant, {&row, 1}, rows_by_text({&row, 1}, checkpoint), checkpoint);
  if (row.atom_id != 0) return row.atom_id;
  return store_text(content, AtomLock::kByCount, checkpoint).atom_id;
}

struct StoredDocument {
  std::int64_t root;
  std::size_t byte_length;
};

// As the caller.
StoredDocument find_document(std::int64_t document_id) {
  static pg::Statement find(
      "SELECT atom_id, byte_length FROM hartonomous.document WHERE document_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(document_id));
  if (rows.count() == 0) pg::raise(no_such_document(document_id));
  return {rows.int8(0, 0), static_cast<std::size_t>(rows.int8(0, 1))};
}

}  // namespace

Status check_title(std::string_view title) {
  constexpr std::size_t kMostBytes = 1000;
  if (title.size() <= kMostBytes) return Status::ok();
  return Status{Code::kInvalidArgument, "title is longer than 1000 bytes"}.with_detail(
      "It has " + std::to_string(title.size()) + " bytes.");
}

std::int64_t ingest_text(const TextUpload& upload) {
  const std::string_view content = upload.content;
  pg::check(check_title(upload.title));
  const std::int64_t tenant = resolve_tenant(upload.tenant);
  check_quota(tenant, content.size());
  const std::shared_ptr<LoadedVocabulary> vocabulary =
      upload.vocabulary ? loaded_vocabulary(*upload.vocabulary) : nullptr;
  const std::string author = pg::current_user_name();

  pg::JobProgress progress("ingest_text", upload.source, tenant, content.size());
  const pg::OwnerRights rights;
  check_no_nul(content);
  const core::hash::Sha256Digest digest = sha256_of(content, progress);
  const std::int64_t atom_id = root_of(tenant, content, digest, vocabulary, progress);

  const std::int64_t vocabulary_id = vocabulary != nullptr ? vocabulary->id() : 0;  // 0: none
  static pg::Statement insert(
      "INSERT INTO hartonomous.document "
      "(tenant_id, atom_id, title, byte_length, sha256, segmentation, created_by, vocabulary_id) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7::name, nullif($8, 0)) RETURNING document_id");
  std::int64_t document_id = 0;
  {
    pg::Spi spi;
    const pg::Rows rows = spi.execute(insert, Parameters()
                                                  .int8(tenant)
                                                  .int8(atom_id)
                                                  .text(upload.title)
                                                  .int8(static_cast<std::int64_t>(content.size()))
                                                  .bytea(digest)
                                                  .text(core::text::segmentation())
                                                  .text(author)
                                                  .int8(vocabulary_id));
    document_id = rows.int8(0, 0);
  }
  charge(tenant, content.size());
  return document_id;
}

std::int64_t ingest_text_file(const std::string& path, std::optional<std::string_view> title,
                              std::optional<std::string_view> tenant) {
  const auto file = pg::ServerFileSource::open(path);
  if (file->size() > kMaxText) {
    pg::raise(
        Status{Code::kLimitExceeded, "file " + core::quoted(path) + " is too large"}.with_detail(
            "It has " + std::to_string(file->size()) + " bytes; a text has at most " +
            std::to_string(kMaxText) + "."));
  }
  constexpr std::size_t kPiece = 1 << 20;
  std::string content(file->size(), '\0');
  for (std::size_t at = 0; at < content.size(); at += kPiece) {
    const std::size_t count = std::min(kPiece, content.size() - at);
    pg::check(file->read(at, {reinterpret_cast<std::byte*>(content.data()) + at, count}));
    pg::poll();
  }
  return ingest_text({content, title.value_or(path), tenant, path});
}

std::int64_t document_root(std::int64_t document_id) { return find_document(document_id).root; }

Datum document_text(std::int64_t document_id) {
  const StoredDocument document = find_document(document_id);
  pg::PollCheckpoint checkpoint;
  const LoadedDag dag = load_texts({&document.root, 1}, checkpoint);
  return text_of(dag, document.byte_length, checkpoint);
}

Datum atom_bytes(std::int64_t atom_id) {
  pg::PollCheckpoint checkpoint;
  const LoadedDag dag = load_texts({&atom_id, 1}, checkpoint);
  const std::uint64_t length =
      pg::check(core::text::expanded_length(dag.view(), 0, kMaxText, checkpoint));
  return text_of(dag, length, checkpoint);
}

Datum atom_text(std::int64_t atom_id) {
  const Datum bytes = atom_bytes(atom_id);
  pg::PollCheckpoint checkpoint;
  pg::check(core::text::check_utf8(pg::text_view(bytes), checkpoint));
  check_no_nul(pg::text_view(bytes));
  return bytes;
}

void delete_document(std::int64_t document_id) {
  static pg::Statement find("SELECT FROM hartonomous.document WHERE document_id = $1");
  static pg::Statement remove(
      "DELETE FROM hartonomous.document WHERE document_id = $1 RETURNING tenant_id, byte_length");
  const Parameters key = Parameters().int8(document_id);
  {
    pg::Spi spi;  // as the caller
    if (spi.query(find, key).count() == 0) pg::raise(no_such_document(document_id));
  }
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows gone = spi.execute(remove, key);
  if (gone.count() == 0) return;  // somebody deleted it meanwhile
  refund(gone.int8(0, 0), static_cast<std::uint64_t>(gone.int8(0, 1)));
}

}  // namespace hartonomous::store
