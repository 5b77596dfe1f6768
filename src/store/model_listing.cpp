// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_listing.hpp"

#include <algorithm>
#include <map>

#include "core/run/config_file.hpp"
#include "pg/identity.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::store {

namespace {

namespace format = core::format;

constexpr std::string_view kIndexSuffix = ".safetensors.index.json";

// A settings file flattened; nothing if it is none, for then it says nothing.
std::optional<format::Metadata> read_config(const FileKey& file) {
  if (file.byte_length > core::run::kMaxConfigBytes) return std::nullopt;
  StoredHead head(file);
  std::string text(file.byte_length, '\0');
  pg::check(head.read(0, std::as_writable_bytes(std::span(text))));
  pg::PollCheckpoint checkpoint;
  auto config = core::run::read_config(text, checkpoint);
  if (!config.is_ok()) return std::nullopt;
  return std::move(config).value();
}

}  // namespace

ModelListing::ModelListing(const VersionKey& version) {
  std::vector<FileKey> keys = files_of(version);  // as the caller
  const pg::OwnerRights rights;
  pg::PollCheckpoint checkpoint;
  for (FileKey& key : keys) {
    if (key.format == "opaque") {
      read_settings(key);
      files_.push_back({std::move(key), {format::Format::kOpaque, {}, {}, {}}});
      continue;
    }
    StoredHead head(key);
    auto layout = pg::check(format::parse(head, format_limits(), checkpoint));
    files_.push_back({std::move(key), std::move(layout)});
  }
  view_tensors();
}

void ModelListing::read_settings(const FileKey& file) {
  if (file.path.ends_with(kIndexSuffix)) {
    StoredHead head(file);
    pg::PollCheckpoint checkpoint;
    auto index = format::safetensors::read_shard_index(head, format_limits(), checkpoint);
    if (index.is_ok()) indexes_.emplace_back(file.path, std::move(index).value());
  }
  // Those at the top: what is in a subdirectory is a component's.
  if (file.path == "config.json") config_ = read_config(file);
  if (file.path == "adapter_config.json") adapter_ = read_config(file);
  if (file.path == "model_index.json") pipeline_ = read_config(file);
}

void ModelListing::view_tensors() {
  const auto view = [](const std::optional<format::Metadata>& metadata) {
    return metadata ? &*metadata : nullptr;
  };
  inventory_.metadata = {nullptr, view(config_), view(adapter_), view(pipeline_)};
  for (const ListedFile& file : files_) {
    inventory_.paths.push_back(file.key.path);
    for (const format::TensorEntry& tensor : file.layout.tensors) {
      tensors_.push_back({tensor.name, file.key.path, tensor.dtype, tensor.shape});
    }
    if (const auto part = format::gguf::split_part(file.layout)) {
      inventory_.parts.push_back({file.key.path, *part});
    }
    const format::Metadata& metadata = file.layout.metadata;
    if (file.layout.format != format::Format::kGguf) continue;
    // Of several parts the first carries what is said of the model.
    if (inventory_.metadata.gguf == nullptr) inventory_.metadata.gguf = &metadata;
    inventory_.has_gguf_vocabulary |= metadata.find("tokenizer.ggml.tokens") != nullptr;
  }
  std::ranges::sort(inventory_.paths);
  inventory_.tensors = tensors_;
  for (const auto& [path, index] : indexes_) inventory_.indexes.push_back({path, &index});
}

core::facts::ModelFacts ModelListing::facts() const {
  return core::facts::model_facts(tensors_, inventory_.metadata);
}

const char* ModelListing::format() const noexcept {
  std::map<format::Format, std::size_t> tensors;
  for (const ListedFile& file : files_) {
    if (file.layout.format == format::Format::kOpaque) continue;
    tensors[file.layout.format] += file.layout.tensors.size();
  }
  const auto most =
      std::ranges::max_element(tensors, {}, [](const auto& entry) { return entry.second; });
  return format::name(most == tensors.end() ? format::Format::kOpaque : most->first);
}

}  // namespace hartonomous::store
