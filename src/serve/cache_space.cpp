// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/cache_space.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace hartonomous::serve {

namespace {

struct Entry {
  std::string name;
  std::uint64_t bytes;
  std::int64_t used;  // seconds
};

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

std::vector<Entry> entries_of(DIR* directory) {
  std::vector<Entry> entries;
  while (const dirent* entry = ::readdir(directory)) {
    struct stat found;
    if (entry->d_name[0] != '.' && ::fstatat(::dirfd(directory), entry->d_name, &found, 0) == 0) {
      entries.push_back({entry->d_name, static_cast<std::uint64_t>(found.st_size),
                         static_cast<std::int64_t>(found.st_mtime)});
    }
  }
  return entries;
}

}  // namespace

CacheContents cache_contents(const std::string& directory) {
  CacheContents contents;
  const Directory opened{::opendir(directory.c_str())};
  if (!opened) return contents;
  for (const Entry& entry : entries_of(opened.get())) {
    ++contents.files;
    contents.bytes += entry.bytes;
  }
  return contents;
}

bool make_room(const std::string& directory, std::uint64_t needed, std::uint64_t limit) {
  if (needed > limit) return false;
  const Directory opened{::opendir(directory.c_str())};
  if (!opened) return false;
  std::vector<Entry> entries = entries_of(opened.get());
  std::uint64_t held = 0;
  for (const Entry& entry : entries) held += entry.bytes;
  const std::uint64_t allowed = limit - needed;
  if (held <= allowed) return true;

  const std::int64_t lately = static_cast<std::int64_t>(::time(nullptr)) - kKeepSeconds;
  std::erase_if(entries, [&](const Entry& entry) { return entry.used > lately; });
  std::uint64_t removable = 0;
  for (const Entry& entry : entries) removable += entry.bytes;
  if (held - removable > allowed) return false;
  std::ranges::sort(entries, {}, &Entry::used);
  for (auto entry = entries.begin(); held > allowed; ++entry) {
    if (::unlinkat(::dirfd(opened.get()), entry->name.c_str(), 0) == 0) held -= entry->bytes;
    if (entry + 1 == entries.end()) break;
  }
  return held <= allowed;
}

}  // namespace hartonomous::serve
