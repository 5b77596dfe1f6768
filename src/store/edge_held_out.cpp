// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Fitting goes through the text three times: for what each component gives to each word, from which
// the weights follow; for what their sum gives to the likeliest, from which the exponent follows;
// and the words themselves are kept from the first time, so the query runs once.
#include "store/edge_held_out.hpp"

#include <cmath>

#include "core/graph/evaluation.hpp"
#include "core/text/document_builder.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/session.hpp"
#include "store/edge_predictor.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

constexpr std::size_t kRowsPerFetch = 1000;
constexpr std::size_t kMostWords = 1 << 24, kMostThatCount = 1 << 20;
constexpr std::size_t kMostWindows = 8;
constexpr std::uint32_t kLongestWindow = 1'000'000;

class HeldOut {
 public:
  // Reads the query as the caller; words are those that `predictor` knows.
  HeldOut(std::string_view query, Predictor& predictor, core::Checkpoint& checkpoint)
      : hasher_(core::hash::Kind::kEdgeSource) {
    hasher_.update(core::as_bytes("held-out text, version 1"));
    pg::Cursor cursor(query, pg::Cursor::Effects::kNone);
    check_columns(cursor);
    while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
      for (std::size_t i = 0; i < rows; ++i) add_row(cursor, i, predictor, checkpoint);
    }
  }

  // Goes through the text with `predictor` and calls visit(word) before each word that counts.
  template <class Visit>
  void walk(Predictor& predictor, core::Checkpoint& checkpoint, Visit visit) const {
    predictor.begin_document();
    for (const Line& line : lines_) {
      if (line.begins_document) predictor.begin_document();
      const auto words = std::span(words_).subspan(line.first, line.count);
      checkpoint.reached(0);
      if (!line.counts) {
        predictor.skim(words);
        continue;
      }
      predictor.begin_sentence();
      for (const std::int64_t word : words) {
        visit(word);
        predictor.read_word(word);
        checkpoint.reached(0);
      }
    }
  }

  std::size_t words_that_count() const noexcept { return counting_; }
  core::hash::ContentHash hash() const { return hasher_.finish(); }

 private:
  struct Line {
    std::size_t first, count;
    bool counts, begins_document;
  };

  static void check_columns(const pg::Cursor& cursor) {
    const int columns = cursor.columns();
    if (columns >= 1 && columns <= 3 && cursor.is_text(0) &&
        (columns < 2 || cursor.is_boolean(1)) && (columns < 3 || cursor.is_text(2))) {
      return;
    }
    pg::raise(Status{Code::kInvalidArgument,
                     "held_out must be a query of text, or of text, boolean, or of text, boolean, "
                     "text"}
                  .with_hint("Such as SELECT line, true, title FROM lines ORDER BY n."));
  }

  void add_row(const pg::Cursor& cursor, std::size_t row, Predictor& predictor,
               core::Checkpoint& checkpoint) {
    if (cursor.is_null(row, 0)) return;
    const std::string_view sentence = cursor.text(row, 0);
    const bool counts = cursor.columns() < 2 || cursor.is_null(row, 1) || cursor.boolean(row, 1);
    std::string_view document;
    if (cursor.columns() == 3 && !cursor.is_null(row, 2)) document = cursor.text(row, 2);
    checkpoint.reached(sentence.size());
    pg::check(core::text::check_utf8(sentence, checkpoint));
    const std::size_t first = words_.size();
    core::text::WordTokens tokens(sentence);
    for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
      words_.push_back(predictor.word(token));
    }
    if (words_.size() == first) return;
    words_.push_back(predictor.word({}));
    const std::size_t count = words_.size() - first;
    if (counts) counting_ += count;
    check_size();
    lines_.push_back({first, count, counts, document != document_});
    document_ = document;
    add_to_hash(sentence, counts, document);
  }

  void check_size() const {
    if (words_.size() <= kMostWords && counting_ <= kMostThatCount) return;
    pg::raise(Status{Code::kLimitExceeded, "held_out is too long"}.with_detail(
        "It may have " + std::to_string(kMostThatCount) + " words that count and " +
        std::to_string(kMostWords) + " in all."));
  }

  void add_to_hash(std::string_view sentence, bool counts, std::string_view document) {
    hasher_.update_u32(counts ? 1 : 0);
    for (const std::string_view text : {sentence, document}) {
      hasher_.update_u64(text.size()).update(core::as_bytes(text));
    }
  }

  core::hash::ContentHasher hasher_;
  std::vector<std::int64_t> words_;
  std::vector<Line> lines_;
  std::size_t counting_ = 0;
  std::string document_;
};

double perplexity_of(double log_sum, std::size_t words) {
  return std::exp(-log_sum / static_cast<double>(words));
}

void check_windows(std::span<const std::uint32_t> windows) {
  bool is_good = windows.size() <= kMostWindows;
  for (const std::uint32_t window : windows) is_good &= window >= 1 && window <= kLongestWindow;
  if (is_good) return;
  pg::raise({Code::kInvalidArgument,
             "windows must be at most 8 numbers of words, each from 1 to 1000000"});
}

// The weights of the components, and the perplexity of the domain alone.
double fit_weights(const HeldOut& text, Predictor& predictor, Mixture& mixture,
                   core::Checkpoint& checkpoint) {
  predictor.adapt(mixture, false);
  DomainMixture& asked = predictor.mixture();
  core::graph::MixtureSamples samples;
  samples.components = core::graph::mixture_components(mixture.models(), mixture.windows.size());
  std::vector<double> given(samples.components);
  double log_sum = 0;
  text.walk(predictor, checkpoint, [&](std::int64_t word) {
    asked.reader().components(asked.symbol(word), given);
    samples.bucket.push_back(asked.reader().bucket());
    samples.probability.insert(samples.probability.end(), given.begin(), given.end());
    log_sum += std::log(given[mixture.models() - 1]);
  });
  mixture.weights = pg::check(core::graph::fit_mixture(samples, asked.buckets(), checkpoint));
  return perplexity_of(log_sum, text.words_that_count());
}

// The exponent, and the perplexity of the whole.
double fit_sharpening(const HeldOut& text, Predictor& predictor, Mixture& mixture,
                      core::Checkpoint& checkpoint) {
  predictor.adapt(mixture);
  DomainMixture& asked = predictor.mixture();
  std::vector<core::graph::HeadSample> heads;
  text.walk(predictor, checkpoint, [&](std::int64_t word) {
    heads.push_back(asked.reader().head_sample(asked.symbol(word)));
  });
  mixture.weights.exponent = core::graph::fit_exponent(heads, checkpoint);
  double log_sum = 0;
  for (const core::graph::HeadSample& head : heads) {
    log_sum += std::log(core::graph::sharpened(head, mixture.weights.exponent));
  }
  return perplexity_of(log_sum, heads.size());
}

}  // namespace

Fit fit_mixture(const FitRequest& request) {
  check_windows(request.windows);
  Predictor predictor(request.domain);
  const Domain& domain = predictor.domain();
  Mixture mixture;
  mixture.windows = request.windows;
  if (request.background) {
    mixture.background = find_domain(*request.background, domain.tenant_id);
    if (mixture.background->domain_id == domain.domain_id) {
      pg::raise({Code::kInvalidArgument, "background must be another domain"});
    }
  }
  pg::PollCheckpoint checkpoint;
  const HeldOut text(request.held_out, predictor, checkpoint);
  if (text.words_that_count() == 0) {
    pg::raise({Code::kInvalidArgument, "held_out has no words that count"});
  }
  Fit fit{};
  fit.words = static_cast<std::int64_t>(text.words_that_count());
  fit.before = fit_weights(text, predictor, mixture, checkpoint);
  fit.after = fit_sharpening(text, predictor, mixture, checkpoint);
  fit.exponent = mixture.weights.exponent;
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  lock_domain(domain.domain_id);
  store_mixture({domain.domain_id, &mixture, fit.words, text.hash(), author});
  return fit;
}

Judgement judge(std::string_view held_out, std::optional<std::string_view> domain,
                bool is_adaptive) {
  // As many answers as Evaluation looks at; numbered, as it compares them with the word only.
  constexpr std::size_t kAnswers = 5;
  constexpr core::graph::Symbol kThis = core::graph::kFirstWord, kOther = kThis + 1;
  Predictor predictor(domain);
  pg::PollCheckpoint checkpoint;
  const HeldOut text(held_out, predictor, checkpoint);
  if (is_adaptive) predictor.adapt();
  core::graph::Evaluation all, known;
  std::vector<core::graph::Prediction> answers;
  text.walk(predictor, checkpoint, [&](std::int64_t word) {
    answers.clear();
    for (const Successor& s : predictor.top(kAnswers)) {
      answers.push_back({s.target == word ? kThis : kOther, s.probability});
    }
    const double p = predictor.score(word).probability;
    all.add(p, kThis, answers);
    if (predictor.knows(word)) known.add(p);
  });
  Judgement judgement;
  judgement.words = static_cast<std::int64_t>(all.positions());
  judgement.unknown_words = judgement.words - static_cast<std::int64_t>(known.positions());
  if (known.positions() > 0) judgement.known_perplexity = known.perplexity();
  if (judgement.words == 0) return judgement;
  judgement.perplexity = all.perplexity();
  judgement.first = all.top1();
  judgement.first_five = all.top5();
  judgement.calibration_error = all.calibration_error();
  return judgement;
}

}  // namespace hartonomous::store
