// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/merge_guard.hpp"

#include <algorithm>

#include "core/format/parse.hpp"
#include "core/run/config_file.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/spi.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::format::Metadata;

constexpr std::string_view kConfig = "config.json";
constexpr std::string_view kTokenizers[] = {"tokenizer.json", "tokenizer.model", "spiece.model",
                                            "vocab.json",     "merges.txt",      "vocab.txt"};
// Keys of config.json that tell of a model's history and use, and not what it computes.
constexpr std::string_view kPassedOver[] = {
    "transformers_version", "torch_dtype",  "dtype",        "use_cache",       "bos_token_id",
    "eos_token_id",         "pad_token_id", "problem_type", "finetuning_task", "architectures"};

const FileKey* file_named(std::span<const FileKey> files, std::string_view path) {
  const auto found = std::ranges::find(files, path, &FileKey::path);
  return found == files.end() ? nullptr : &*found;
}

const FileKey* gguf_file(std::span<const FileKey> files) {
  const auto is_own = [](const FileKey& file) {
    return file.format == "gguf" && file.path.find_first_of("/:") == std::string::npos;
  };
  const auto found = std::ranges::find_if(files, is_own);
  return found == files.end() ? nullptr : &*found;
}

std::optional<Metadata> config_of(std::span<const FileKey> files) {
  const FileKey* file = file_named(files, kConfig);
  if (file == nullptr) return std::nullopt;
  pg::PollCheckpoint checkpoint;
  StoredHead head(*file);
  const std::string json =
      pg::check(core::tokenizer::read_all(head, core::run::kMaxConfigBytes, checkpoint));
  auto config = core::run::read_config(json, checkpoint);
  if (!config.is_ok()) return std::nullopt;  // deeper or larger than those of models that run here
  return std::move(config).value();
}

std::optional<Metadata> gguf_of(std::span<const FileKey> files) {
  const FileKey* file = gguf_file(files);
  if (file == nullptr) return std::nullopt;
  pg::PollCheckpoint checkpoint;
  StoredHead head(*file);
  return pg::check(core::format::parse(head, format_limits(), checkpoint)).metadata;
}

// The entry alone as JSON: equal values are spelled alike.
std::string spelled(const core::format::MetadataEntry& entry) {
  Metadata one;
  one.append(entry.key, entry.value);
  return core::format::to_json(one);
}

template <class Counts>
void require_same_entries(const Metadata& frame, const Metadata& model, std::string_view name,
                          Counts counts) {
  for (const auto& entry : frame.entries()) {
    const auto* other = model.find(entry.key);
    if (other == nullptr || !counts(entry.key)) continue;
    const std::string own = spelled(entry), others = spelled({entry.key, *other});
    if (own == others) continue;
    const auto shown = [](const std::string& json) { return core::quoted(json, 100); };
    pg::raise(
        Status(Code::kInvalidArgument, "model " + core::quoted(name) +
                                           " is configured otherwise: " + core::quoted(entry.key))
            .with_detail("It has " + shown(others) + ", the base " + shown(own) + ".")
            .with_hint("The parameter {\"check_config\": false} merges all the same."));
  }
}

[[noreturn]] void refuse_tokenizer(std::string_view name, std::string_view what) {
  pg::raise(Status(Code::kInvalidArgument,
                   "model " + core::quoted(name) + " has another tokenizer than the base")
                .with_detail(core::quoted(what) + " differs.")
                .with_hint("The parameter {\"check_tokenizer\": false} merges all the same."));
}

bool counts_in_config(std::string_view key) {
  return !key.starts_with('_') && key.find("dropout") == key.npos && key.find("2id.") == key.npos &&
         key.find("id2") == key.npos &&
         std::ranges::find(kPassedOver, key) == std::end(kPassedOver);
}

}  // namespace

void require_alike(const GuardedModel& frame, const GuardedModel& model,
                   const core::merge::MergeOptions& options) {
  if (options.check_config) {
    const auto own = config_of(frame.files), other = config_of(model.files);
    if (own && other) require_same_entries(*own, *other, model.name, counts_in_config);
  }
  if (options.check_tokenizer) {
    for (const std::string_view path : kTokenizers) {
      const FileKey *own = file_named(frame.files, path), *other = file_named(model.files, path);
      if (own == nullptr || other == nullptr || own->file_id == other->file_id) continue;
      refuse_tokenizer(model.name, path);
    }
  }
  const auto own = gguf_of(frame.files), other = gguf_of(model.files);
  if (!own || !other) return;
  const std::string* architecture = own->find_string("general.architecture");
  const std::string prefix = architecture == nullptr ? "." : *architecture + ".";
  if (options.check_config) {
    require_same_entries(*own, *other, model.name, [&](std::string_view key) {
      return key == "general.architecture" || key.starts_with(prefix);
    });
  }
  if (!options.check_tokenizer) return;
  for (const auto& entry : own->entries()) {
    const auto* found = other->find(entry.key);
    if (!entry.key.starts_with("tokenizer.ggml.") || found == nullptr) continue;
    if (spelled(entry) != spelled({entry.key, *found})) refuse_tokenizer(model.name, entry.key);
  }
}

StoredSamples::StoredSamples(std::span<const std::int64_t> tensor_ids) {
  static pg::Statement find(
      "SELECT tensor_id, sketch FROM hartonomous.tensor_sketch WHERE tensor_id = ANY ($1)");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8s(tensor_ids));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const core::Bytes bytes = rows.bytea(i, 1);
    if (bytes.size() != core::block::kSketchSamples) continue;
    std::memcpy(sketches_[rows.int8(i, 0)].bytes.data(), bytes.data(), bytes.size());
  }
}

std::optional<double> StoredSamples::distance(std::int64_t a, std::int64_t b) const {
  if (a == b) return 0;
  const auto first = sketches_.find(a), second = sketches_.find(b);
  if (first == sketches_.end() || second == sketches_.end()) return std::nullopt;
  return core::block::distance(first->second, second->second) /
         static_cast<double>(core::block::kSketchSamples);
}

}  // namespace hartonomous::store
