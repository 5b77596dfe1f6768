// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Single facts out of a model's metadata, by the key that its kind of file gives them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/metadata.hpp"
#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

// How the two kinds of files call one fact. GGUF keys follow "ARCHITECTURE."; configurations have
// up to three spellings, the first that is there counts. Empty: never said.
struct Fact {
  std::string_view gguf;
  std::array<std::string_view, 3> config;
};

class Facts {
 public:
  // `metadata` outlives this.
  Facts(const format::Metadata& metadata, Naming naming, std::string_view architecture)
      : metadata_(&metadata), naming_(naming), architecture_(architecture) {}

  // The fact, or nothing if the file is silent. kMalformed if it has another type or, for
  // natural(), lies above `limit`. A GGUF array of equal numbers, one per layer, counts as that
  // number; unequal ones are kUnsupported.
  Result<std::optional<std::uint64_t>> natural(const Fact& fact, std::uint64_t limit) const;
  Result<std::optional<double>> number(const Fact& fact) const;
  Result<std::optional<bool>> flag(const Fact& fact) const;
  const std::string* text(const Fact& fact) const;
  std::optional<std::vector<double>> numbers(const Fact& fact) const;
  std::optional<std::vector<std::string>> texts(const Fact& fact) const;
  bool has(const Fact& fact) const { return !key_of(fact).empty(); }

  // As natural(); kMalformed if the file is silent or says 0.
  Result<std::uint64_t> required(const Fact& fact, std::uint64_t limit) const;

 private:
  std::string key_of(const Fact& fact) const;  // that is there, or empty
  std::string spelling(std::string_view gguf_key) const {
    return architecture_ + "." + std::string(gguf_key);
  }
  Status wrong(const std::string& key, std::string_view expectation) const;

  const format::Metadata* metadata_;
  Naming naming_;
  std::string architecture_;
};

}  // namespace hartonomous::core::run
