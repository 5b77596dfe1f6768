// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words of scripts that do not show where words end, by ICU's dictionaries: Thai, Lao, Khmer,
// Burmese, Chinese, Japanese.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::core::text {

class DictionaryBreaker {
 public:
  DictionaryBreaker() noexcept;
  ~DictionaryBreaker();
  DictionaryBreaker(DictionaryBreaker&&) noexcept;
  DictionaryBreaker& operator=(DictionaryBreaker&&) noexcept;

  // Appends to `ends` the boundaries inside `run`, each plus `offset`; they depend on the run
  // alone. REQUIRES: valid UTF-8. Loads the dictionaries on first use; kUnsupported if ICU has
  // none.
  Status split(std::string_view run, std::size_t offset, std::vector<std::uint32_t>& ends);

 private:
  struct Iterator;
  std::unique_ptr<Iterator> iterator_;
};

// The version of ICU, and so of its dictionaries, such as "72.1".
std::string dictionary_version();
// The version of Unicode that ICU follows, such as "15.0".
std::string unicode_version();

}  // namespace hartonomous::core::text
