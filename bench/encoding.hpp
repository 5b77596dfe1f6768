// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the benches of encoders share: a thread's clock, a file's bytes, and a hash by which ids are
// compared with a peer's.
#pragma once

#include <cstdint>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace hartonomous::bench {

inline double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

inline std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// FNV-1a-64 of the ids as little-endian words.
inline std::uint64_t fnv(const std::vector<std::uint32_t>& ids) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const std::uint32_t id : ids) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      h = (h ^ (id >> shift & 0xff)) * 0x100000001b3U;
  }
  return h;
}

}  // namespace hartonomous::bench
