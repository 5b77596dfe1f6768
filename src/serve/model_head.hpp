// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a version is besides the bytes of its weights and its vocabulary: what its files say of the
// model, which tensors it has, where its tokenizer is. Some kilobytes, kept in the weights cache by
// the version's content address, so that a new session parses no vocabulary to learn how many
// layers there are, and asks the catalogue only whether the caller may see the version.
#pragma once

#include "serve/version_files.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::serve {

struct ModelHead {
  std::optional<core::format::Metadata> gguf;              // without lists of strings
  std::vector<std::pair<std::string, std::string>> texts;  // config.json and files about vectors
  std::string chat_template;                               // empty if the files have none
  store::ContentHash tokenizer;                            // its name in the cache
  std::vector<store::NamedTensor> tensors;  // numbers of another database's are not kept: 0
  std::vector<store::NamedStep> steps;      // of tensors that adapters alone change: additions
  std::vector<std::string> values;          // tensors of whose expressions a pass wants the value

  // Null if there is no such file.
  const std::string* text(std::string_view name) const;
  std::string_view text_or_empty(std::string_view name) const;
};

// Nothing if the cache does not have it.
std::optional<ModelHead> kept_head(const store::ContentHash& manifest);

// From the catalogue and the files, and then kept. REQUIRES: owner's rights; that the caller was
// seen to see the version.
ModelHead make_head(const store::VersionKey& version, const store::ContentHash& manifest,
                    VersionFiles& files);

}  // namespace hartonomous::serve
