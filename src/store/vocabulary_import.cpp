// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/boundary.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/boundary.hpp"
#include "pg/progress.hpp"
#include "pg/server_file.hpp"
#include "store/format_limits.hpp"
#include "store/vocabulary_making.hpp"
#include "store/vocabulary_store.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::tokenizer::VocabularyFormat;

std::int64_t import(core::ByteSource& source, std::string_view merges, const std::string& shown,
                    const ImportRequest& request) {
  if (request.pattern && !core::cpe::boundary_by_name(*request.pattern)) {
    pg::raise(Status(Code::kInvalidArgument, "unknown pattern " + core::quoted(*request.pattern))
                  .with_hint("Use none, whitespace, gpt2, cl100k, llama3, qwen2 or o200k."));
  }
  const VocabularyOwner owner = claim_vocabulary(request.name, request.tenant);
  pg::JobProgress progress("import_vocabulary", shown, owner.tenant, source.size());
  auto file =
      pg::check(core::tokenizer::read_vocabulary(source, merges, format_limits(), progress));
  if (request.pattern) file.content.pattern = *request.pattern;
  std::string origin = core::tokenizer::name(file.format);
  if (!shown.empty()) origin.append(": ").append(shown);
  return store_vocabulary(owner, file.content, origin, progress);
}

// The text of the merges.txt beside a vocab.json.
std::string merges_beside(const std::string& path) {
  pg::PollCheckpoint checkpoint;
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const auto file =
      pg::ServerFileSource::open(pg::check(pg::file_in_directory(directory, "merges.txt")));
  return pg::check(core::tokenizer::read_all(*file, format_limits().max_header_bytes, checkpoint));
}

}  // namespace

std::int64_t import_vocabulary_file(const std::string& path, const ImportRequest& request) {
  const auto source = pg::ServerFileSource::open(path);
  pg::PollCheckpoint checkpoint;
  const VocabularyFormat format =
      pg::check(core::tokenizer::detect_vocabulary(*source, checkpoint));
  const std::string merges =
      format == VocabularyFormat::kVocabJson ? merges_beside(path) : std::string();
  return import(*source, merges, path, request);
}

std::int64_t import_vocabulary_bytes(core::Bytes data, std::string_view merges,
                                     const ImportRequest& request) {
  core::MemorySource source(data);
  return import(source, merges, "", request);
}

}  // namespace hartonomous::store
