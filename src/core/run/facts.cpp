// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/facts.hpp"

#include <cmath>
#include <limits>

namespace hartonomous::core::run {

using format::MetadataArray;
using format::MetadataValue;

std::string Facts::key_of(const Fact& fact) const {
  if (naming_ == Naming::kGguf) {
    if (fact.gguf.empty()) return {};
    std::string key = spelling(fact.gguf);
    return metadata_->find(key) != nullptr ? key : std::string();
  }
  for (const std::string_view key : fact.config) {
    if (!key.empty() && metadata_->find(key) != nullptr) return std::string(key);
  }
  return {};
}

Status Facts::wrong(const std::string& key, std::string_view expectation) const {
  return {Code::kMalformed, "model's " + quoted(key) + " is not " + std::string(expectation)};
}

Result<std::optional<std::uint64_t>> Facts::natural(const Fact& fact, std::uint64_t limit) const {
  using Answer = std::optional<std::uint64_t>;
  const std::string key = key_of(fact);
  if (key.empty()) return Answer();
  Answer value = metadata_->find_uint64(key);
  if (const auto* array = std::get_if<MetadataArray>(metadata_->find(key))) {
    for (std::uint64_t i = 0; i < array->size(); ++i) {
      const auto element = array->as_uint64(i);
      if (!element) return wrong(key, "an array of whole numbers");
      if (i > 0 && element != value) {
        return Status(Code::kUnsupported,
                      "layers that differ in " + quoted(key) + " are not supported");
      }
      value = element;
    }
  }
  if (!value) return wrong(key, "a whole number");
  if (*value > limit) return wrong(key, "at most " + std::to_string(limit));
  return value;
}

Result<std::uint64_t> Facts::required(const Fact& fact, std::uint64_t limit) const {
  HARTONOMOUS_TRY(const std::optional<std::uint64_t> value, natural(fact, limit));
  if (value && *value > 0) return *value;
  const std::string key =
      naming_ == Naming::kGguf ? spelling(fact.gguf) : std::string(fact.config[0]);
  return Status(Code::kMalformed, "model does not say its " + quoted(key));
}

Result<std::optional<double>> Facts::number(const Fact& fact) const {
  using Answer = std::optional<double>;
  const std::string key = key_of(fact);
  if (key.empty()) return Answer();
  Answer value = metadata_->find_double(key);
  if (const auto whole = metadata_->find_uint64(key); !value && whole) {
    value = static_cast<double>(*whole);
  }
  if (!value || !(std::abs(*value) <= std::numeric_limits<float>::max())) {
    return wrong(key, "a finite number");
  }
  return value;
}

Result<std::optional<bool>> Facts::flag(const Fact& fact) const {
  using Answer = std::optional<bool>;
  const std::string key = key_of(fact);
  if (key.empty()) return Answer();
  const auto* value = std::get_if<bool>(metadata_->find(key));
  if (value == nullptr) return wrong(key, "true or false");
  return Answer(*value);
}

const std::string* Facts::text(const Fact& fact) const {
  const std::string key = key_of(fact);
  return key.empty() ? nullptr : metadata_->find_string(key);
}

std::optional<std::vector<double>> Facts::numbers(const Fact& fact) const {
  const std::string key = key_of(fact);
  const auto* array = key.empty() ? nullptr : std::get_if<MetadataArray>(metadata_->find(key));
  if (array == nullptr) return std::nullopt;
  std::vector<double> out;
  for (std::uint64_t i = 0; i < array->size(); ++i) {
    const auto value = array->as_double(i);
    if (!value) return std::nullopt;
    out.push_back(*value);
  }
  return out;
}

std::optional<std::vector<std::string>> Facts::texts(const Fact& fact) const {
  const std::string key = key_of(fact);
  const auto* array = key.empty() ? nullptr : std::get_if<MetadataArray>(metadata_->find(key));
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < array->size(); ++i) {
    const auto value = array->as_string(i);
    if (!value) return std::nullopt;
    out.emplace_back(*value);
  }
  return out;
}

}  // namespace hartonomous::core::run
