// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model does to a text before it is cut: the steps of its definition, one after the other.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/image.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

class CharacterMap;

class Normalizer {
 public:
  // kMalformed for a broken character map.
  static Result<Normalizer> make(const Definition& definition, Checkpoint& checkpoint);
  // In an image.
  void write(ImageWriter& image) const;
  void read(ImageReader& image);
  Normalizer();
  Normalizer(Normalizer&&) noexcept;
  Normalizer& operator=(Normalizer&&) noexcept;
  ~Normalizer();

  // The text as the model wants it, in `scratch` or as it is. `is_first`: it begins the whole text.
  // O(text) for each step. The view is valid as long as both.
  std::string_view apply(std::string_view text, bool is_first, std::string& scratch,
                         Checkpoint& checkpoint) const;

 private:
  template <class Self, class Image>
  static void pass(Self& self, Image& image);

  std::vector<Step> steps_;
  std::vector<std::unique_ptr<CharacterMap>> maps_;  // one place for each step
  SpacePrefix prefix_ = SpacePrefix::kNever;
  bool prefix_unless_space_ = false, space_is_suffix_ = false;
};

}  // namespace hartonomous::core::tokenizer
