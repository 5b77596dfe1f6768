// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How much the weights cache holds and what leaves it. A file that somebody used within the last
// minute stays, so a model larger than the cache keeps a part of itself there and the rest is read
// from the database at each pass: replacing the least recently used would read everything each
// time.
#pragma once

#include <cstdint>
#include <string>

namespace hartonomous::serve {

inline constexpr int kKeepSeconds = 60;

struct CacheContents {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
// What the directory holds now; nothing if there is none. O(files).
CacheContents cache_contents(const std::string& directory);

// Makes room for `needed` bytes within `limit`, removing files not used lately, those used longest
// ago first; false, with nothing removed, if that is not enough. REQUIRES: the cache's lock.
bool make_room(const std::string& directory, std::uint64_t needed, std::uint64_t limit);

}  // namespace hartonomous::serve
