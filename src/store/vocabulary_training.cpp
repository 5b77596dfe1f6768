// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/boundary.hpp"
#include "core/cpe/trained_vocabulary.hpp"
#include "core/cpe/word_counts.hpp"
#include "pg/progress.hpp"
#include "pg/cursor.hpp"
#include "store/vocabulary_making.hpp"
#include "store/vocabulary_store.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

constexpr std::size_t kRowsPerFetch = 1000;

struct Options {
  core::cpe::TrainingOptions training;
  core::cpe::Boundary boundary;
};

[[noreturn]] void bad_word(const char* parameter, std::string_view given, const char* known) {
  pg::raise(Status(Code::kInvalidArgument,
                   std::string("unknown ") + parameter + " " + core::quoted(given))
                .with_hint(std::string("Use ") + known + "."));
}

Options read_options(const TrainingRequest& request) {
  Options options;
  const auto boundary = core::cpe::boundary_by_name(request.boundary);
  if (!boundary) {
    bad_word("boundary", request.boundary,
             "word, none, whitespace, gpt2, cl100k, llama3, qwen2 or o200k");
  }
  options.boundary = *boundary;
  if (request.unit == "byte") {
    options.training.unit = core::cpe::Unit::kByte;
  } else if (request.unit != "codepoint") {
    bad_word("unit", request.unit, "codepoint or byte");
  }
  if (!core::cpe::from_name(request.tie_rule, options.training.tie_rule)) {
    bad_word("tie_rule", request.tie_rule, "content_hash, hugging_face or sentencepiece");
  }
  const auto most = static_cast<std::int32_t>(core::cpe::kMaxTokens);
  if (request.vocabulary_size < 1 || request.vocabulary_size > most) {
    pg::raise(
        {Code::kInvalidArgument, "vocabulary_size must be from 1 to " + std::to_string(most)});
  }
  if (request.min_frequency < 1) {
    pg::raise({Code::kInvalidArgument, "min_frequency must be 1 or more"});
  }
  options.training.vocabulary_size = static_cast<std::uint32_t>(request.vocabulary_size);
  options.training.min_frequency = static_cast<std::uint64_t>(request.min_frequency);
  return options;
}

core::cpe::WordCounts count_words(std::string_view corpus, core::cpe::Boundary boundary) {
  auto cutter = pg::check(core::cpe::BoundaryCutter::open(boundary));
  core::cpe::WordCounts words;
  pg::PollCheckpoint checkpoint;
  pg::Cursor texts(corpus, pg::Cursor::Effects::kNone);
  if (texts.columns() != 1 || !texts.is_text(0)) {
    pg::raise(Status{Code::kInvalidArgument, "corpus must be a query of one column of type text"}
                  .with_hint("Such as SELECT line FROM lines."));
  }
  while (const std::size_t rows = texts.fetch(kRowsPerFetch)) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (texts.is_null(i, 0)) continue;
      const std::string_view text = texts.text(i, 0);
      if (boundary.is_word) {
        pg::check(cutter.cut(text, checkpoint, [&](std::string_view word) { words.add(word); }));
      } else {
        words.add_text(text, boundary.pattern, checkpoint);
      }
    }
    pg::poll();
  }
  return words;
}

}  // namespace

std::int64_t train_vocabulary(const TrainingRequest& request) {
  const Options options = read_options(request);
  const VocabularyOwner owner = claim_vocabulary(request.name, request.tenant);
  // While the corpus is read its size is not known; then each merge counts.
  pg::JobProgress progress("cpe_train", request.name, owner.tenant,
                           options.training.vocabulary_size);
  const core::cpe::WordCounts words = count_words(request.corpus, options.boundary);
  const auto trained = pg::check(core::cpe::train(words, options.training, progress));
  const auto content =
      pg::check(core::cpe::trained_vocabulary(trained, options.training, request.boundary));
  return store_vocabulary(owner, content, "trained", progress);
}

}  // namespace hartonomous::store
