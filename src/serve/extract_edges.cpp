// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/extract_edges.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/exponential.hpp"
#include "core/graph/expected_counts.hpp"
#include "core/run/evaluate.hpp"
#include "core/run/log_probability.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/settings.hpp"
#include "serve/open_model.hpp"
#include "serve/session_workers.hpp"
#include "serve/token_units.hpp"
#include "store/edge_back_off.hpp"
#include "store/gathered_evidence.hpp"
#include "store/tenant.hpp"

namespace hartonomous::serve {

namespace {

using core::Code;
using core::Status;
using core::graph::ExpectedCounts;
using core::graph::kBegin;
using core::graph::kUnknown;
using core::graph::Symbol;
using core::run::TokenId;

constexpr std::size_t kRowsPerFetch = 1000;
constexpr std::size_t kMostTokens = 1024;  // read at once: what lies farther back is not seen
// Words less probable than that are not named at a place; in many places they would add up.
constexpr double kLeastProbability = 0x1p-10;

void check_request(const ExtractionRequest& request) {
  const auto require = [](bool holds, const char* message) {
    if (!holds) pg::raise({Code::kInvalidArgument, message});
  };
  require(request.order >= 1 && request.order <= 10, "order_n must be from 1 to 10");
  require(request.top >= 1 && request.top <= 1000, "top_k must be from 1 to 1000");
  require(request.least >= 0 && request.least < 1, "min_evidence must be at least 0 and below 1");
  require(request.held_out >= 0 && request.held_out <= 0.9, "held_out must be from 0 to 0.9");
}

struct Probe {
  std::vector<std::string> learned, held_out;
  std::uint64_t bytes = 0;
  std::vector<core::hash::ContentHash> hashes;
};

Probe read_probe(const ExtractionRequest& request) {
  pg::Cursor cursor(request.query);
  if (cursor.columns() != 1 || !cursor.is_text(0)) {
    pg::raise(Status(Code::kInvalidArgument, "corpus must be a query of one column of type text")
                  .with_hint("Such as SELECT line FROM lines."));
  }
  Probe probe;
  while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (cursor.is_null(i, 0) || cursor.text(i, 0).empty()) continue;
      std::string content(cursor.text(i, 0));
      const auto hash = core::hash::block_hash(core::as_bytes(content));
      probe.bytes += content.size();
      probe.hashes.push_back(hash);
      const double place = static_cast<double>(hash.prefix() >> 11) * 0x1p-53;
      (place < request.held_out ? probe.held_out : probe.learned).push_back(std::move(content));
    }
    pg::poll();
  }
  return probe;
}

// What the model expects at a place, by units of text.
class Expectation {
 public:
  Expectation(const TokenUnits& units, std::size_t top)
      : units_(units), top_(top), masses_(units.count()) {}

  Status read(std::span<const float> logits) {
    HARTONOMOUS_TRY(const double total, core::run::log_sum_exp(logits));
    std::ranges::fill(masses_, 0);
    for (TokenId token = 0; token < logits.size(); ++token) {
      masses_[units_.unit(token)] += core::exponential(logits[token] - total);
    }
    return Status::ok();
  }
  std::span<const double> masses() const noexcept { return masses_; }

  // The most probable ones.
  std::span<const ExpectedCounts::Continuation> named() {
    named_.clear();
    for (Symbol unit = core::graph::kEnd; unit < masses_.size(); ++unit) {
      if (masses_[unit] >= kLeastProbability) named_.push_back({unit, masses_[unit]});
    }
    if (named_.size() > top_) {
      const auto likelier = [](const auto& a, const auto& b) {
        return a.probability != b.probability ? a.probability > b.probability : a.target < b.target;
      };
      const auto end = named_.begin() + static_cast<std::ptrdiff_t>(top_);
      std::nth_element(named_.begin(), end, named_.end(), likelier);
      named_.erase(end, named_.end());
    }
    return named_;
  }

 private:
  const TokenUnits& units_;
  std::size_t top_;
  std::vector<double> masses_;  // by unit
  std::vector<ExpectedCounts::Continuation> named_;
};

// Runs a model over texts and hands over each place: the units before it and what is expected.
class Reader {
 public:
  Reader(OpenModel& model, const TokenUnits& units, std::size_t top)
      : model_(model), units_(units), expectation_(units, top) {}

  template <class Place>
  void read(std::string_view content, Place&& place) {
    std::vector<TokenId> tokens;
    pg::check(model_.tokenizer().encode(content, {.add_special = false}, tokens, checkpoint_));
    const std::size_t context = model_.model().description().context_length;
    const std::size_t most = std::min(kMostTokens, context == 0 ? kMostTokens : context);
    const auto begin = model_.tokenizer().special().begin;
    for (std::size_t at = 0; at < tokens.size(); at += most - 1) {
      std::vector<TokenId> piece;
      if (begin) piece.push_back(*begin);
      const std::size_t end = std::min(tokens.size(), at + most - 1);
      piece.insert(piece.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
                   tokens.begin() + static_cast<std::ptrdiff_t>(end));
      read_piece(piece, place);
    }
  }

 private:
  template <class Place>
  void read_piece(std::span<const TokenId> piece, Place& place) {
    std::vector<Symbol> history;
    for (const TokenId token : piece) history.push_back(units_.unit(token));
    const auto sink = [&](std::size_t position, std::span<const float> logits) -> Status {
      HARTONOMOUS_CHECK(expectation_.read(logits));
      place(std::span(history).first(position + 1), expectation_);
      return Status::ok();
    };
    const auto memory = static_cast<std::size_t>(pg::settings.session_memory) * 1024;
    core::run::Sequence sequence(model_.model(), {0, memory / 2});
    pg::check(core::run::evaluate(model_.model(), sequence, piece, core::run::Wanted::kAll, sink,
                                  {model_.weights(), session_workers(), checkpoint_}));
  }

  OpenModel& model_;
  const TokenUnits& units_;
  Expectation expectation_;
  pg::PollCheckpoint checkpoint_;
};

// How much of a model its evidence tells, place by place.
struct Fidelity {
  std::int64_t places = 0, agreements = 0;
  double divergence = 0;

  void add(std::span<const double> model, std::span<const double> evidence) {
    ++places;
    agreements += std::ranges::max_element(model) - model.begin() ==
                  std::ranges::max_element(evidence) - evidence.begin();
    for (std::size_t i = 0; i < model.size(); ++i) {
      if (model[i] > 0) divergence += model[i] * std::log(model[i] / evidence[i]);
    }
  }
};

Fidelity measure(Reader& reader, const ExpectedCounts& counts, std::span<const std::string> texts,
                 std::size_t units, core::Checkpoint& progress) {
  Fidelity fidelity;
  std::vector<double> evidence(units);
  for (const std::string& content : texts) {
    reader.read(content, [&](std::span<const Symbol> history, const Expectation& expected) {
      counts.distribution(history, store::kBackOffMu, evidence);
      fidelity.add(expected.masses(), evidence);
    });
    progress.reached(content.size());
  }
  return fidelity;
}

store::GatheredEvidence evidence_of(const ExpectedCounts& counts, const TokenUnits& units) {
  store::GatheredEvidence evidence;
  const auto contexts = counts.contexts();
  std::vector<std::string_view> words;
  for (const ExpectedCounts::Context& context : contexts) {
    if (context.named == 0) continue;  // it says no more than the shorter one
    words.clear();
    for (const auto* at = &context; at->length > 0; at = &contexts[at->suffix]) {
      words.push_back(units.text(at->word));
    }
    for (std::size_t i = context.begin; i < context.end; ++i) {
      const ExpectedCounts::Edge& edge = counts.edges()[i];
      evidence.add(words, units.text(edge.target), edge.evidence);
    }
    if (context.total > context.named) {
      evidence.add(words, std::nullopt, context.total - context.named);
    }
  }
  return evidence;
}

// The same model, probe and parameters have the same name.
std::string default_name(const ExtractionRequest& request, const OpenModel& model, Probe& probe) {
  std::ranges::sort(probe.hashes);
  core::hash::ContentHasher hasher(core::hash::Kind::kEdgeSource);
  hasher.update(model.manifest_hash().bytes);
  const std::string parameters = "expected counts, version 1, " + std::to_string(request.order) +
                                 ", " + std::to_string(request.top) + ", " +
                                 std::to_string(request.least) + ", " +
                                 std::to_string(request.held_out);
  hasher.update(core::as_bytes(parameters));
  for (const auto& hash : probe.hashes) hasher.update(hash.bytes);
  const std::string_view name = request.model.substr(0, 200);
  return std::string(name) + " " + hasher.finish().hex().substr(0, 12);
}

}  // namespace

Extraction extract_edges(const ExtractionRequest& request) {
  check_request(request);
  const std::int64_t tenant = store::resolve_tenant(request.tenant);
  const std::string author = pg::current_user_name();
  const auto model = open_model(request.model);
  const TokenUnits units =
      pg::check(TokenUnits::of(model->tokenizer(), model->model().vocabulary()));
  Probe probe = read_probe(request);
  pg::JobProgress progress("extract_edges", request.model, tenant, probe.bytes);

  Reader reader(*model, units, static_cast<std::size_t>(request.top));
  ExpectedCounts counts(static_cast<std::uint32_t>(request.order));
  Extraction extraction;
  for (const std::string& content : probe.learned) {
    reader.read(content, [&](std::span<const Symbol> history, Expectation& expected) {
      counts.add(history, expected.named(), progress);
      ++extraction.places;
    });
    progress.reached(content.size());
  }
  const auto least = std::llround(request.least * static_cast<double>(ExpectedCounts::kUnit));
  counts.drop_below(least, progress);
  const Fidelity fidelity = measure(reader, counts, probe.held_out, units.count(), progress);
  extraction.held_out_places = fidelity.places;
  if (fidelity.places > 0) {
    const auto places = static_cast<double>(fidelity.places);
    extraction.agreement = static_cast<double>(fidelity.agreements) / places;
    extraction.divergence = fidelity.divergence / places;
  }
  extraction.source =
      request.source ? std::string(*request.source) : default_name(request, *model, probe);
  const pg::OwnerRights rights;
  extraction.new_evidence = store::store_evidence(
      {tenant, extraction.source, request.domain, "model", store::kNextType, author},
      evidence_of(counts, units), progress);
  return extraction;
}

}  // namespace hartonomous::serve
