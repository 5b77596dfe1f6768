// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/model_head.hpp"

#include <algorithm>

#include "core/format/metadata_image.hpp"
#include "core/run/config_file.hpp"
#include "serve/cache_file.hpp"
#include "serve/tokenizers.hpp"

namespace hartonomous::serve {

namespace {

// These change with what the images hold.
constexpr std::string_view kPurpose = "model head 1\n", kFactsPurpose = "model facts 1";
constexpr std::string_view kConfig = "config.json";

std::string chat_template_of(VersionFiles& files) {
  if (const core::format::Metadata* gguf = files.gguf()) {
    const std::string* own = gguf->find_string("tokenizer.chat_template");
    return own == nullptr ? std::string() : *own;
  }
  const std::string* settings = files.text("tokenizer_config.json");
  if (settings == nullptr) return {};
  pg::PollCheckpoint checkpoint;
  const auto read = core::run::read_config(*settings, checkpoint);
  if (!read.is_ok()) return {};  // too large or too deep for a model that has one template
  const std::string* own = read.value().find_string("chat_template");
  return own == nullptr ? std::string() : *own;
}

store::ContentHash name_of(const store::ContentHash& manifest) {
  return core::hash::block_hash(core::as_bytes(std::string(kPurpose) + manifest.hex()));
}

void write_tensors(core::ImageWriter& image, const ModelHead& head) {
  image.value(static_cast<std::uint64_t>(head.tensors.size()));
  for (const store::NamedTensor& tensor : head.tensors) {
    image.text(tensor.name);
    image.text(std::string(core::tensor::info(tensor.key.dtype).name));
    image.list(tensor.key.shape);
    image.value(tensor.key.byte_length);
    image.value(tensor.hash);
  }
  image.value(static_cast<std::uint64_t>(head.steps.size()));
  for (const store::NamedStep& step : head.steps) {
    image.text(step.tensor);
    image.text(step.a);
    image.text(step.b);
    image.value(step.scale);
    image.value(step.rows);
  }
}

void read_tensors(core::ImageReader& image, ModelHead& head) {
  std::uint64_t tensors = 0, steps = 0;
  image.value(tensors);
  for (std::uint64_t i = 0; i < tensors && image.is_intact(); ++i) {
    store::NamedTensor& tensor = head.tensors.emplace_back();
    std::string dtype;
    image.text(tensor.name);
    image.text(dtype);
    image.list(tensor.key.shape);
    image.value(tensor.key.byte_length);
    image.value(tensor.hash);
    if (const auto known = core::tensor::dtype_by_name(dtype)) {
      tensor.key.dtype = *known;
    } else {
      image.fail();
    }
  }
  image.value(steps);
  for (std::uint64_t i = 0; i < steps && image.is_intact(); ++i) {
    store::NamedStep& step = head.steps.emplace_back();
    image.text(step.tensor);
    image.text(step.a);
    image.text(step.b);
    image.value(step.scale);
    image.value(step.rows);
    if (step.rows.outer == 0 || step.rows.inner == 0 || step.rows.run == 0) image.fail();
  }
}

// What the files say, which versions with other tensors share.
void write_facts(core::ImageWriter& image, const ModelHead& head) {
  image.value(head.gguf.has_value());
  if (head.gguf) write_image(*head.gguf, image);
  image.value(static_cast<std::uint32_t>(head.texts.size()));
  for (const auto& [name, text] : head.texts) {
    image.text(name);
    image.text(text);
  }
  image.text(head.chat_template);
  image.value(head.tokenizer);
}

void read_facts(core::ImageReader& image, ModelHead& head) {
  bool has_gguf = false;
  image.value(has_gguf);
  if (has_gguf) head.gguf = core::format::read_metadata(image);
  std::uint32_t texts = 0;
  image.value(texts);
  for (std::uint32_t i = 0; i < texts && image.is_intact(); ++i) {
    auto& [name, text] = head.texts.emplace_back();
    image.text(name);
    image.text(text);
  }
  image.text(head.chat_template);
  image.value(head.tokenizer);
}

enum class Part : std::uint8_t { kFacts, kAll };

std::vector<std::byte> image_of(const ModelHead& head, Part part) {
  core::ImageWriter image;
  write_facts(image, head);
  if (part == Part::kAll) write_tensors(image, head);
  return std::move(image).bytes();
}

// What the cache has under this name.
std::optional<ModelHead> kept(const store::ContentHash& name, Part part) {
  const auto cached = open_derived(name);
  if (!cached) return std::nullopt;
  if (!cached->is_noted()) keep_cached(name, *cached);
  core::ImageReader image(cached->bytes());
  ModelHead head;
  read_facts(image, head);
  if (part == Part::kAll) read_tensors(image, head);
  if (!image.is_intact() || !image.is_at_end()) return std::nullopt;
  return head;
}

ModelHead facts_of(VersionFiles& files) {
  const store::ContentHash name = files.derived_name(kFactsPurpose);
  if (auto known = kept(name, Part::kFacts)) return *std::move(known);
  ModelHead head;
  if (const core::format::Metadata* gguf = files.gguf()) head.gguf = *gguf;
  for (const std::string_view path : {kConfig, kModules, kPooling, kSentence, kStaticSettings}) {
    if (const std::string* text = files.text(path)) head.texts.emplace_back(path, *text);
  }
  head.chat_template = chat_template_of(files);
  head.tokenizer = tokenizer_name(files);
  make_derived(name, image_of(head, Part::kFacts));
  return head;
}

}  // namespace

const std::string* ModelHead::text(std::string_view name) const {
  const auto found = std::ranges::find(texts, name, &std::pair<std::string, std::string>::first);
  return found == texts.end() ? nullptr : &found->second;
}

std::string_view ModelHead::text_or_empty(std::string_view name) const {
  const std::string* found = text(name);
  return found == nullptr ? std::string_view() : *found;
}

std::optional<ModelHead> kept_head(const store::ContentHash& manifest) {
  return kept(name_of(manifest), Part::kAll);
}

ModelHead make_head(const store::VersionKey& version, const store::ContentHash& manifest,
                    VersionFiles& files) {
  ModelHead head = facts_of(files);
  head.tensors = store::tensors_of(version.version_id);
  head.steps = store::steps_of(version.version_id);
  make_derived(name_of(manifest), image_of(head, Part::kAll));
  return head;
}

}  // namespace hartonomous::serve
