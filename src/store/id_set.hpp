// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A set of row ids: a bit each, in pages of 65,536 neighbours. Ids come from sequences and lie
// dense, so a billion of them take 125 MB.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace hartonomous::store {

class IdSet {
 public:
  // Whether it was not there yet. O(1).
  bool add(std::int64_t id) {
    std::unique_ptr<Page>& page = pages_[number(id)];
    if (!page) page = std::make_unique<Page>();
    std::uint64_t& word = (*page)[place(id)];
    const bool is_new = (word & bit(id)) == 0;
    word |= bit(id);
    return is_new;
  }
  bool has(std::int64_t id) const {
    const auto page = pages_.find(number(id));
    return page != pages_.end() && ((*page->second)[place(id)] & bit(id)) != 0;
  }

 private:
  using Page = std::array<std::uint64_t, 1024>;
  static std::uint64_t number(std::int64_t id) { return static_cast<std::uint64_t>(id) >> 16; }
  static std::size_t place(std::int64_t id) { return static_cast<std::uint64_t>(id) >> 6 & 1023; }
  static std::uint64_t bit(std::int64_t id) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(id) & 63);
  }

  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace hartonomous::store
