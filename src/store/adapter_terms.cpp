// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/adapter_terms.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/format/parse.hpp"
#include "core/run/adapter.hpp"
#include "core/run/config_file.hpp"
#include "core/run/matrix_names.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/spi.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::format::Metadata;
using core::run::Factor;
using core::run::Family;
using core::run::ModelDescription;
using core::run::Naming;
using core::run::RowOrder;

// What adapters of overlays left among a version's files is not the version's own.
bool is_own(const FileKey& file) {
  return file.path.find('/') == std::string::npos && !file.path.starts_with(kOperandPrefix);
}

std::optional<Metadata> gguf_metadata(std::span<const FileKey> files) {
  const auto found = std::ranges::find_if(
      files, [](const FileKey& file) { return file.format == "gguf" && is_own(file); });
  if (found == files.end()) return std::nullopt;
  pg::PollCheckpoint checkpoint;
  StoredHead head(*found);
  return pg::check(core::format::parse(head, format_limits(), checkpoint)).metadata;
}

std::string config_text(std::span<const FileKey> files, std::string_view name,
                        const Status& without) {
  const auto found = std::ranges::find(files, name, &FileKey::path);
  if (found == files.end()) pg::raise(without);
  pg::PollCheckpoint checkpoint;
  StoredHead head(*found);
  return pg::check(core::tokenizer::read_all(head, core::run::kMaxConfigBytes, checkpoint));
}

// An adapter's kind of names, and what the product of two factors of a rank counts.
struct AdapterFacts {
  Naming naming;
  std::string architecture;     // GGUF's
  std::optional<double> alpha;  // GGUF's: counts alpha / rank
  double scale = 1;             // PEFT's
  double scale_of(std::uint64_t rank) const {
    return alpha ? *alpha / static_cast<double>(rank) : scale;
  }
};

AdapterFacts facts_of(std::span<const FileKey> files) {
  AdapterFacts facts{Naming::kGguf, {}, {}};
  if (const auto metadata = gguf_metadata(files)) {
    facts.alpha = pg::check(core::run::gguf_adapter_alpha(*metadata));
    const std::string* architecture = metadata->find_string("general.architecture");
    if (architecture != nullptr) facts.architecture = *architecture;
    return facts;
  }
  facts.naming = Naming::kHuggingFace;
  const std::string json =
      config_text(files, "adapter_config.json",
                  Status(Code::kNotFound, "adapter has no adapter_config.json")
                      .with_hint("Ingest the adapter's directory, not its weights alone."));
  pg::PollCheckpoint checkpoint;
  const auto config = pg::check(core::run::read_config(json, checkpoint));
  facts.scale = pg::check(core::run::adapter_scale(config));
  return facts;
}

struct Place {
  std::string target;
  RowOrder rows;
};
using Places = std::unordered_map<std::string, Place>;  // by the adapter's name of the matrix
using Tensors = std::unordered_map<std::string_view, const NamedTensor*>;

const Family& gguf_family(const std::string& name) {
  const Family* family = core::run::find_family(Naming::kGguf, name);
  if (family == nullptr) {
    pg::raise(Status(Code::kUnsupported, "adapter of architecture " + core::quoted(name))
                  .with_detail("Known are " + core::run::family_names(Naming::kGguf) + "."));
  }
  return *family;
}

void require_architecture(const AdapterFacts& adapter, std::string_view model) {
  if (adapter.naming != Naming::kGguf || adapter.architecture == model) return;
  pg::raise({Code::kMalformed, "adapter is of architecture " + core::quoted(adapter.architecture) +
                                   ", the model of " + core::quoted(model)});
}

// Where the adapter's names and the base's are of different kinds.
Places translated(const ModelDescription& base, const Tensors& tensors,
                  const AdapterFacts& adapter) {
  const bool is_gguf = base.naming == Naming::kGguf;
  // Families without a name of their own in GGUF files are stored there as others.
  if (!base.family->gguf.empty()) require_architecture(adapter, base.family->gguf);
  const Family& gguf = is_gguf ? *base.family : gguf_family(adapter.architecture);
  Places places;
  for (auto& names : core::run::matrix_names(base, gguf, *base.family)) {
    if (is_gguf) {
      places.emplace(std::move(names.hugging_face), Place{std::move(names.gguf), names.rows});
    } else if (tensors.contains(names.hugging_face)) {  // with the family's prefix or without
      places.emplace(std::move(names.gguf),
                     Place{std::move(names.hugging_face), names.rows.inverse()});
    }
  }
  return places;
}

class Targets {
 public:
  Targets(const ReadVersion& base, const AdapterFacts& adapter) {
    for (const NamedTensor& tensor : base.tensors) by_name_.emplace(tensor.name, &tensor);
    const auto metadata = gguf_metadata(base.files);
    if (metadata) {
      const std::string* architecture = metadata->find_string("general.architecture");
      if (architecture != nullptr) require_architecture(adapter, *architecture);
    }
    const Naming naming = metadata ? Naming::kGguf : Naming::kHuggingFace;
    if (naming == adapter.naming) return;
    pg::PollCheckpoint checkpoint;
    places_ =
        translated(metadata ? pg::check(core::run::describe_gguf(*metadata))
                            : pg::check(core::run::describe_config(
                                  config_text(base.files, "config.json",
                                              Status(Code::kNotFound, "model has no config.json")
                                                  .with_detail("The names in a GGUF adapter are "
                                                               "translated by it.")),
                                  checkpoint)),
                   by_name_, adapter);
  }

  Place place_of(const std::string& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? Place{name, {}} : found->second;
  }
  const NamedTensor& tensor(const std::string& target) const {
    const auto found = by_name_.find(target);
    if (found != by_name_.end()) return *found->second;
    pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(target))
                  .with_detail("The adapter changes it."));
  }

 private:
  Tensors by_name_;
  Places places_;
};

void check_shapes(const AdapterTerm& term, const NamedTensor& base) {
  const auto is_matrix = [](const NamedTensor* tensor) {
    return tensor != nullptr && tensor->key.shape.size() == 2;
  };
  if (is_matrix(term.a) && is_matrix(term.b) && is_matrix(&base)) {
    const auto &a = term.a->key.shape, &b = term.b->key.shape, &w = base.key.shape;
    if (a[1] == w[1] && b[0] == w[0] && a[0] == b[1] && term.rows.fits(w[0])) return;
  }
  pg::raise(Status(Code::kMalformed,
                   "factors of the adapter do not fit tensor " + core::quoted(term.target))
                .with_detail("Wanted are two matrices, rank x inputs and outputs x rank."));
}

}  // namespace

std::vector<AdapterTerm> adapter_terms(const ReadVersion& base, const ReadVersion& adapter,
                                       float scale) {
  const AdapterFacts facts = facts_of(adapter.files);
  const Targets targets(base, facts);
  std::map<std::string, AdapterTerm> by_target;
  for (const NamedTensor& tensor : adapter.tensors) {
    const auto part = core::run::adapter_tensor(tensor.name);
    if (!part) {
      pg::raise({Code::kUnsupported,
                 "adapter tensor " + core::quoted(tensor.name) + " is no factor of a matrix"});
    }
    Place place = targets.place_of(part->target);
    AdapterTerm& term =
        by_target
            .try_emplace(place.target, AdapterTerm{place.target, nullptr, nullptr, 0, place.rows})
            .first->second;
    (part->factor == Factor::kA ? term.a : term.b) = &tensor;
  }
  if (by_target.empty()) pg::raise({Code::kMalformed, "adapter has no tensors"});
  std::vector<AdapterTerm> terms;
  for (auto& [target, term] : by_target) {
    check_shapes(term, targets.tensor(target));
    term.scale = static_cast<float>(facts.scale_of(term.a->key.shape[0]) * double{scale});
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace hartonomous::store
