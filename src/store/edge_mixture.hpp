// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How a domain's predictions, those of a background and what the text before says are added: the
// rows of hartonomous.edge_mixture, and the mixture itself, ready to be asked.
//
// Words are atoms here and symbols in core (core/graph/mixture_reader.hpp). The vocabulary is that
// of the main model, the background if there is one: a word that it does not have is the unknown
// word, to which the caches too count it. A model that lacks a word of the vocabulary gives it an
// equal share of what it gives to all words that it lacks.
#pragma once

#include <memory>
#include <optional>

#include "core/graph/mixture_reader.hpp"
#include "store/edge_distribution.hpp"
#include "store/edge_sources.hpp"

namespace hartonomous::store {

struct Mixture {
  std::optional<Domain> background;
  std::vector<std::uint32_t> windows;  // words
  core::graph::MixtureWeights weights;

  std::size_t models() const noexcept { return background ? 2 : 1; }
};

// The weights that come with the extension: for any domain, without a background.
Mixture default_mixture();
// Those fitted for a domain, else the default. Looks as the caller.
Mixture find_mixture(std::int32_t domain_id);

struct FittedMixture {
  std::int32_t domain_id;
  const Mixture* mixture;
  std::int64_t word_count;
  core::hash::ContentHash development_hash;
  std::string_view author;
};
// In place of the domain's row before. REQUIRES: pg::OwnerRights, the domain locked.
void store_mixture(const FittedMixture& fitted);

// Words as small numbers, in order of first sight; those that the main model lacks are kUnknown.
class WordSymbols {
 public:
  WordSymbols(DistributionReader& main, std::int64_t end);

  core::graph::Symbol of(std::int64_t word);
  std::int64_t word(core::graph::Symbol symbol) const noexcept { return words_[symbol]; }

 private:
  DistributionReader* main_;
  std::unordered_map<std::int64_t, core::graph::Symbol> known_;
  std::vector<std::int64_t> words_;
};

// Not thread-safe. Checks no privileges.
class DomainMixture {
 public:
  // `own` are the distributions of `domain`; `end` is the word that ends a sentence. All must live
  // longer. Without weights (fitting) only components may be asked for.
  DomainMixture(const Domain& domain, DistributionReader& own, const Mixture& mixture,
                std::int64_t end, bool has_weights = true);
  ~DomainMixture();
  DomainMixture(const DomainMixture&) = delete;
  DomainMixture& operator=(const DomainMixture&) = delete;

  std::uint32_t longest_window() const noexcept;
  std::int32_t longest_context() const noexcept { return longest_context_; }
  // Kinds of context that a mixture fitted now tells apart.
  std::uint32_t buckets() const noexcept {
    return static_cast<std::uint32_t>(longest_context_ + 1) * core::graph::kBucketsPerLength;
  }

  // Puts words into the caches, or empties them.
  void read(std::span<const std::int64_t> words);
  void forget() noexcept { reader_->forget(); }
  // To the context that `words` end with; `own` stands there already. REQUIRED after read().
  void go_to(std::span<const std::int64_t> words);

  double probability(std::int64_t word) { return reader_->probability(symbols_->of(word)); }
  // The k likeliest words with their probabilities, likeliest first; never the unknown word.
  struct Answer {
    std::int64_t word;
    double probability;
  };
  std::vector<Answer> top(std::size_t k);

  // As core asks.
  core::graph::MixtureReader& reader() noexcept { return *reader_; }
  core::graph::Symbol symbol(std::int64_t word) { return symbols_->of(word); }

 private:
  class Placed;

  Mixture mixture_;
  DistributionReader* own_;
  std::optional<DistributionReader> background_;
  std::optional<WordSymbols> symbols_;
  std::int32_t longest_context_;  // of the main model
  std::vector<std::unique_ptr<Placed>> placed_;
  std::unique_ptr<core::graph::MixtureReader> reader_;
};

}  // namespace hartonomous::store
