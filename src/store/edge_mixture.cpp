// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_mixture.hpp"

#include <algorithm>

#include "pg/array.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

using core::graph::kBucketsPerLength;
using core::graph::kEnd;
using core::graph::kFirstWord;
using core::graph::kUnknown;
using core::graph::MixtureWeights;
using core::graph::Prediction;
using core::graph::Symbol;

MixtureWeights weights_of(Datum array, std::uint32_t components, double exponent) {
  MixtureWeights weights;
  for (const Datum weight : pg::array_elements(array, "weights")) {
    weights.of.push_back(DatumGetFloat8(weight));
  }
  weights.components = components;
  weights.buckets = static_cast<std::uint32_t>(weights.of.size()) / components;
  weights.exponent = exponent;
  return weights;
}

}  // namespace

// Fitted to the King James Bible without regard to the kind of context, and rounded.
Mixture default_mixture() {
  Mixture mixture;
  mixture.windows = {100, 1000, 10000};
  mixture.weights.buckets = 1;
  mixture.weights.of = {0.5, 0.025, 0.085, 0.11, 0.01, 0.05, 0.08, 0.01, 0.06, 0.07};
  mixture.weights.components = static_cast<std::uint32_t>(mixture.weights.of.size());
  return mixture;
}

Mixture find_mixture(std::int32_t domain_id) {
  static pg::Statement find(
      "SELECT b.domain_id, b.tenant_id, b.version, b.context_length, b.unknown_probability, "
      "b.vocabulary_size, m.windows, m.weights, m.exponent FROM hartonomous.edge_mixture m "
      "LEFT JOIN hartonomous.edge_domain b ON b.domain_id = m.background_id "
      "WHERE m.domain_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int4(domain_id));
  if (rows.count() == 0) return default_mixture();
  Mixture mixture;
  if (!rows.is_null(0, 0)) {
    mixture.background = Domain{rows.int4(0, 0), rows.int8(0, 1),   rows.int8(0, 2),
                                rows.int4(0, 3), rows.float8(0, 4), rows.int8(0, 5)};
  }
  for (const Datum window : pg::array_elements(rows.datum(0, 6), "windows")) {
    mixture.windows.push_back(static_cast<std::uint32_t>(DatumGetInt32(window)));
  }
  mixture.weights = weights_of(
      rows.datum(0, 7), core::graph::mixture_components(mixture.models(), mixture.windows.size()),
      rows.float8(0, 8));
  return mixture;
}

void store_mixture(const FittedMixture& fitted) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_mixture (domain_id, background_id, windows, weights, exponent, "
      "word_count, development_hash, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::name) "
      "ON CONFLICT (domain_id) DO UPDATE SET (background_id, windows, weights, exponent, "
      "word_count, development_hash, created_by, created_at) = (excluded.background_id, "
      "excluded.windows, excluded.weights, excluded.exponent, excluded.word_count, "
      "excluded.development_hash, excluded.created_by, excluded.created_at)");
  const Mixture& mixture = *fitted.mixture;
  const std::vector<std::int32_t> windows(mixture.windows.begin(), mixture.windows.end());
  pg::Parameters parameters;
  parameters.int4(fitted.domain_id);
  if (mixture.background) {
    parameters.int4(mixture.background->domain_id);
  } else {
    parameters.null(INT4OID);
  }
  parameters.int4s(windows)
      .float8s(mixture.weights.of)
      .float8(mixture.weights.exponent)
      .int8(fitted.word_count)
      .bytea(fitted.development_hash.bytes)
      .text(fitted.author);
  pg::Spi().execute(insert, parameters);
}

WordSymbols::WordSymbols(DistributionReader& main, std::int64_t end)
    : main_(&main), known_{{kUnknownWord, kUnknown}, {end, kEnd}}, words_(kFirstWord) {
  words_[kUnknown] = kUnknownWord;
  words_[kEnd] = end;
}

Symbol WordSymbols::of(std::int64_t word) {
  const auto [entry, is_new] = known_.try_emplace(word, kUnknown);
  if (is_new && main_->knows(word)) {
    entry->second = static_cast<Symbol>(words_.size());
    words_.push_back(word);
  }
  return entry->second;
}

// A domain's distributions as core sees a model.
class DomainMixture::Placed final : public core::graph::PlacedModel {
 public:
  // `missing`: words of the vocabulary, the unknown one included, that the domain lacks.
  Placed(DistributionReader& lists, WordSymbols& symbols, std::int64_t missing)
      : lists_(lists),
        symbols_(symbols),
        missing_(static_cast<double>(std::max<std::int64_t>(missing, 1))) {}

  double probability(Symbol symbol) override {
    const Successor found = lists_.score(symbols_.word(symbol));
    return found.target == kUnknownWord ? found.probability / missing_ : found.probability;
  }
  void rewind() override { lists_.rewind(); }
  bool next(Prediction& out) override {
    while (const auto found = lists_.next()) {
      const Symbol symbol = symbols_.of(found->target);
      if (symbol == kUnknown) continue;
      out = {symbol, found->probability};
      return true;
    }
    return false;
  }
  double bound() override { return std::max(lists_.bound(), lists_.unknown() / missing_); }

 private:
  DistributionReader& lists_;
  WordSymbols& symbols_;
  double missing_;
};

DomainMixture::DomainMixture(const Domain& domain, DistributionReader& own, const Mixture& mixture,
                             std::int64_t end, bool has_weights)
    : mixture_(mixture), own_(&own) {
  const Domain& main = mixture.background.value_or(domain);
  if (mixture.background) {
    background_.emplace(main.domain_id, main.context_length, main.unknown_probability);
  }
  symbols_.emplace(background_ ? *background_ : own, end);
  longest_context_ = main.context_length;
  if (background_) placed_.push_back(std::make_unique<Placed>(*background_, *symbols_, 1));
  placed_.push_back(
      std::make_unique<Placed>(own, *symbols_, 1 + main.vocabulary_size - domain.vocabulary_size));
  std::vector<core::graph::PlacedModel*> models;
  for (const auto& placed : placed_) models.push_back(placed.get());
  reader_ = std::make_unique<core::graph::MixtureReader>(std::move(models), mixture_.windows,
                                                         has_weights ? &mixture_.weights : nullptr);
}

DomainMixture::~DomainMixture() = default;

std::uint32_t DomainMixture::longest_window() const noexcept {
  return mixture_.windows.empty() ? 0 : std::ranges::max(mixture_.windows);
}

void DomainMixture::read(std::span<const std::int64_t> words) {
  words = words.last(std::min<std::size_t>(words.size(), longest_window()));
  std::vector<Symbol> symbols;
  symbols.reserve(words.size());
  for (const std::int64_t word : words) symbols.push_back(symbols_->of(word));
  reader_->read(symbols);
}

// Weights fitted when contexts were shorter serve longer ones too, and those of one kind all.
void DomainMixture::go_to(std::span<const std::int64_t> words) {
  if (background_) background_->go_to(words);
  const DistributionReader& main = background_ ? *background_ : *own_;
  const std::uint32_t fitted = mixture_.weights.buckets == 0 ? buckets() : mixture_.weights.buckets;
  const std::uint32_t lengths = fitted / kBucketsPerLength;
  reader_->move_to(lengths == 0 ? 0 : main.bucket(lengths - 1));
}

std::vector<DomainMixture::Answer> DomainMixture::top(std::size_t k) {
  std::vector<Prediction> found;
  reader_->top(k + 1, found);
  std::vector<Answer> answers;
  for (const Prediction& p : found) {
    if (p.word != kUnknown && answers.size() < k) {
      answers.push_back({symbols_->word(p.word), p.probability});
    }
  }
  return answers;
}

}  // namespace hartonomous::store
