// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/sentence_files.hpp"

#include "core/format/json_reader.hpp"
#include "core/run/config_file.hpp"

namespace hartonomous::core::run {

namespace {

using format::JsonReader;

Status read_module(JsonReader& in, ModelDescription& out, bool& has_pooling) {
  HARTONOMOUS_CHECK(in.begin_object());
  std::string key, type;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_key(key));
    if (!more) break;
    HARTONOMOUS_CHECK(key == "type" ? in.read_string(type) : in.skip_value());
  }
  const std::string_view name = std::string_view(type).substr(type.rfind('.') + 1);
  if (name == "Normalize") {
    out.normalizes_vectors = true;
  } else if (name == "Pooling") {
    has_pooling = true;
  } else if (name != "Transformer" && name != "StaticEmbedding") {
    return {Code::kUnsupported, "vectors through a module " + quoted(type) + " are not supported"};
  }
  return Status::ok();
}

Status read_modules(std::string_view json, ModelDescription& out, bool& has_pooling,
                    Checkpoint& checkpoint) {
  if (json.size() > kMaxConfigBytes) return {Code::kLimitExceeded, "modules.json is too large"};
  JsonReader in(json, "modules.json", 0, checkpoint);
  HARTONOMOUS_CHECK(in.begin_array());
  out.normalizes_vectors = false;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_element());
    if (!more) return in.finish();
    HARTONOMOUS_CHECK(read_module(in, out, has_pooling));
  }
}

struct NamedPooling {
  std::string_view name;
  Pooling pooling;
};
constexpr NamedPooling kPoolings[] = {{"pooling_mode_cls_token", Pooling::kFirst},
                                      {"pooling_mode_mean_tokens", Pooling::kMean},
                                      {"pooling_mode_max_tokens", Pooling::kMax},
                                      {"pooling_mode_lasttoken", Pooling::kLast}};

Status read_pooling(std::string_view json, ModelDescription& out, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const format::Metadata config, read_config(json, checkpoint));
  std::size_t chosen = 0;
  for (const format::MetadataEntry& entry : config.entries()) {
    const bool* is_on = std::get_if<bool>(&entry.value);
    if (is_on == nullptr || !*is_on || !entry.key.starts_with("pooling_mode_")) continue;
    ++chosen;
    out.pooling = Pooling::kNone;
    for (const NamedPooling& known : kPoolings) {
      if (known.name == entry.key) out.pooling = known.pooling;
    }
    if (out.pooling == Pooling::kNone) {
      return {Code::kUnsupported, "pooling by " + quoted(entry.key) + " is not supported"};
    }
  }
  if (chosen == 1) return Status::ok();
  return {Code::kUnsupported, "pooling in " + std::to_string(chosen) + " ways is not supported"};
}

}  // namespace

Status read_sentence_files(const SentenceFiles& files, ModelDescription& out,
                           Checkpoint& checkpoint) {
  bool has_pooling = false;
  if (!files.modules.empty()) {
    HARTONOMOUS_CHECK(read_modules(files.modules, out, has_pooling, checkpoint));
  }
  if (has_pooling && files.pooling.empty()) {
    return Status(Code::kNotFound, "model does not say how its vectors are pooled")
        .with_detail("modules.json names a module for it, whose settings are missing.")
        .with_hint("Ingest the model's directory with its subdirectory 1_Pooling.");
  }
  if (!files.pooling.empty()) HARTONOMOUS_CHECK(read_pooling(files.pooling, out, checkpoint));
  if (files.sentence.empty()) return Status::ok();
  HARTONOMOUS_TRY(const format::Metadata config, read_config(files.sentence, checkpoint));
  const std::uint64_t limit = config.find_uint64("max_seq_length").value_or(0);
  out.max_text_tokens = limit < out.context_length ? limit : 0;
  return Status::ok();
}

}  // namespace hartonomous::core::run
