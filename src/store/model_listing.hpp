// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the files of a stored version say, read from their headers again: all tensors, also those
// that are kept within their file only, and the metadata that facts are told from.
#pragma once

#include "core/facts/completeness.hpp"
#include "core/format/parse.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct ListedFile {
  FileKey key;
  core::format::FileLayout layout;
};

class ModelListing {
 public:
  // Reads headers only. Looks the version's files up as the caller.
  explicit ModelListing(const VersionKey& version);
  ModelListing(const ModelListing&) = delete;
  ModelListing& operator=(const ModelListing&) = delete;

  const std::vector<ListedFile>& files() const noexcept { return files_; }
  core::facts::ModelFacts facts() const;
  // Views of this, which outlives it.
  const core::facts::Inventory& inventory() const noexcept { return inventory_; }
  // The format that most tensors are in; "opaque" if no file is of any.
  const char* format() const noexcept;

 private:
  void read_settings(const FileKey& file);
  void view_tensors();

  std::vector<ListedFile> files_;
  std::optional<core::format::Metadata> config_, adapter_, pipeline_;
  std::vector<std::pair<std::string, core::format::safetensors::ShardIndex>> indexes_;
  std::vector<core::facts::TensorView> tensors_;
  core::facts::Inventory inventory_;
};

}  // namespace hartonomous::store
