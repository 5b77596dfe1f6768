// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/archive_expansion.hpp"

#include <zlib.h>

#include <algorithm>
#include <unordered_set>

#include "core/base/window_source.hpp"
#include "core/format/archive/decompress.hpp"
#include "core/format/archive/tar.hpp"
#include "core/format/zip/directory.hpp"
#include "pg/boundary.hpp"
#include "pg/server_path.hpp"
#include "pg/spool_file.hpp"
#include "store/format_limits.hpp"

namespace hartonomous::store {

namespace {

using core::ByteSource;
using core::Code;
using core::Status;
using core::WindowSource;
using core::format::Container;
namespace format = core::format;

constexpr std::uint64_t kFreeBytes = 16 << 20;  // that any archive may expand to
constexpr std::string_view kCompressedSuffixes[] = {".gz", ".bz2", ".xz", ".zst"};

std::uint32_t crc_with(std::uint32_t crc, core::Bytes bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Where one compressed file expands to: the end of the spool. Bounds the sum over the whole
// archive, because what is cheap at each level is not at three.
class SpoolSink final : public core::ByteSink {
 public:
  SpoolSink(pg::SpoolFile& spool, std::uint64_t limit, std::uint64_t most)
      : spool_(spool), limit_(limit), most_(most) {}
  Status write(core::Bytes bytes) override {
    if (bytes.size() > limit_ - std::min(limit_, spool_.size())) {
      return {Code::kLimitExceeded,
              "archive expands to more than the limit of " + std::to_string(limit_) + " bytes"};
    }
    written_ += bytes.size();
    if (written_ > most_)
      return {Code::kMalformed, "an entry of the archive is longer than it says"};
    crc_ = crc_with(crc_, bytes);
    return spool_.write(bytes);
  }
  std::uint64_t written() const noexcept { return written_; }
  std::uint32_t crc() const noexcept { return crc_; }

 private:
  pg::SpoolFile& spool_;
  std::uint64_t limit_, most_, written_ = 0;
  std::uint32_t crc_ = 0;
};

bool is_hidden(std::string_view path) {
  return path.starts_with('.') || path.find("/.") != path.npos;
}

// A compressed file's name without the ending that says so.
std::string expanded_name(std::string name) {
  for (const std::string_view suffix : kCompressedSuffixes) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      name.resize(name.size() - suffix.size());
      break;
    }
  }
  return name;
}

// Takes away the one directory that all files are in, if there is one.
void strip_common_directory(std::vector<UploadFile>& files) {
  const std::string& first = files.front().path;
  const std::string top = first.substr(0, first.find('/') + 1);
  const bool is_common =
      !top.empty() && std::ranges::all_of(files, [&](auto& f) { return f.path.starts_with(top); });
  if (!is_common) return;
  for (UploadFile& file : files) file.path.erase(0, top.size());
}

// Paths that a version keeps, of which none is a directory of another.
void check_paths(const std::vector<UploadFile>& files) {
  std::unordered_set<std::string_view> paths;
  for (const UploadFile& file : files) {
    pg::check(pg::file_below_directory("", file.path));
    if (!paths.insert(file.path).second) {
      pg::raise({Code::kMalformed, "archive has two files " + core::quoted(file.path)});
    }
  }
  for (const std::string_view path : paths) {
    for (std::size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1)) {
      if (!paths.contains(path.substr(0, at))) continue;
      pg::raise({Code::kMalformed, "archive has " + core::quoted(path.substr(0, at)) +
                                       " as a file and as a directory"});
    }
  }
}

class Expander {
 public:
  Expander(std::uint64_t archive_bytes, core::Checkpoint& checkpoint)
      : limits_(format_limits()),
        checkpoint_(checkpoint),
        spool_limit_(std::max(
            kFreeBytes,
            std::min(limits_.max_expanded_bytes / limits_.max_expansion_ratio, archive_bytes) *
                limits_.max_expansion_ratio)) {}

  // Adds the file, or what it expands to. `prefix` is what the paths in it follow.
  void add(const std::string& path, const std::string& prefix, std::shared_ptr<ByteSource> source,
           std::uint64_t depth) {
    const Container container = pg::check(format::detect(*source, limits_, checkpoint_)).container;
    if (container == Container::kNone) {
      const std::uint64_t size = source->size();
      files.push_back({path, std::make_unique<WindowSource>(std::move(source), 0, size)});
      return;
    }
    if (depth == limits_.max_archive_depth) {
      pg::raise(Status(Code::kLimitExceeded,
                       "archives are nested deeper than the limit of " + std::to_string(depth))
                    .with_detail("The innermost is " + core::quoted(path) + "."));
    }
    switch (container) {
      case Container::kZip:
        return add_zip(prefix, source, depth + 1);
      case Container::kTar:
        return add_tar(prefix, source, depth + 1);
      default:
        return add_compressed(path, prefix, *source, container, depth);
    }
  }

  std::vector<UploadFile> files;

 private:
  void add_entry(const std::string& prefix, const std::string& name,
                 std::shared_ptr<ByteSource> source, std::uint64_t depth) {
    if (++entries_ > limits_.max_archive_entries) {
      pg::raise({Code::kLimitExceeded, "archive has more entries than the limit of " +
                                           std::to_string(limits_.max_archive_entries)});
    }
    add(prefix + name, prefix + name + "/", std::move(source), depth);
  }

  void add_tar(const std::string& prefix, const std::shared_ptr<ByteSource>& source,
               std::uint64_t depth) {
    format::ParseBudget budget(limits_.max_memory_bytes);
    for (const auto& file :
         pg::check(format::archive::read_tar(*source, limits_, budget, checkpoint_))) {
      if (is_hidden(file.name)) continue;
      add_entry(prefix, file.name, std::make_shared<WindowSource>(source, file.offset, file.length),
                depth);
    }
  }

  void add_zip(const std::string& prefix, const std::shared_ptr<ByteSource>& source,
               std::uint64_t depth) {
    format::ParseBudget budget(limits_.max_memory_bytes);
    for (const auto& entry :
         pg::check(format::zip::read_directory(*source, limits_, budget, checkpoint_))) {
      if (entry.name.ends_with('/') || is_hidden(entry.name)) continue;
      auto stored = std::make_shared<WindowSource>(source, entry.data_offset, entry.stored_bytes);
      add_entry(prefix, entry.name, expanded(entry, std::move(stored)), depth);
    }
  }

  // The bytes of a ZIP entry, whose length and checksum are as the directory has them.
  std::shared_ptr<ByteSource> expanded(const format::zip::Entry& entry,
                                       std::shared_ptr<WindowSource> stored) {
    std::uint32_t crc = 0;
    std::shared_ptr<ByteSource> bytes = stored;
    if (entry.method == format::zip::Method::kStored) {
      crc = crc_of(*stored);
    } else {
      bytes = spooled(*stored, Container::kDeflate, entry.expanded_bytes, crc);
    }
    if (crc != entry.crc32 || bytes->size() != entry.expanded_bytes) {
      pg::raise({Code::kMalformed,
                 "data of entry " + core::quoted(entry.name) + " in the ZIP archive is damaged"});
    }
    return bytes;
  }

  void add_compressed(const std::string& path, const std::string& prefix, ByteSource& source,
                      Container container, std::uint64_t depth) {
    std::uint32_t crc;
    auto bytes = spooled(source, container, UINT64_MAX, crc);
    const std::string name = expanded_name(path);
    // A compressed tar archive is one archive, not two.
    const bool is_tar =
        pg::check(format::detect(*bytes, limits_, checkpoint_)).container == Container::kTar;
    add(name, prefix, std::move(bytes), is_tar ? depth : depth + 1);
  }

  std::shared_ptr<ByteSource> spooled(ByteSource& source, Container container, std::uint64_t most,
                                      std::uint32_t& crc) {
    if (!spool_) spool_ = std::make_shared<pg::SpoolFile>();
    const std::uint64_t begin = spool_->size();
    SpoolSink sink(*spool_, spool_limit_, most);
    pg::check(format::archive::decompress(source, container, sink, checkpoint_));
    crc = sink.crc();
    return std::make_shared<WindowSource>(spool_, begin, sink.written());
  }

  std::uint32_t crc_of(ByteSource& source) {
    std::vector<std::byte> window(64 * 1024);
    std::uint32_t crc = 0;
    for (std::uint64_t at = 0; at < source.size(); at += window.size()) {
      const auto count =
          static_cast<std::size_t>(std::min<std::uint64_t>(window.size(), source.size() - at));
      pg::check(source.read(at, std::span(window).first(count)));
      crc = crc_with(crc, core::Bytes(window).first(count));
      checkpoint_.reached(count);
    }
    return crc;
  }

  const format::Limits limits_;
  core::Checkpoint& checkpoint_;
  const std::uint64_t spool_limit_;  // bytes that may be expanded in all
  std::shared_ptr<pg::SpoolFile> spool_;
  std::uint64_t entries_ = 0;
};

}  // namespace

bool is_archive(ByteSource& file, core::Checkpoint& checkpoint) {
  return pg::check(format::detect(file, format_limits(), checkpoint)).container != Container::kNone;
}

std::vector<UploadFile> expand_archive(UploadFile archive, core::Checkpoint& checkpoint) {
  Expander expander(archive.source->size(), checkpoint);
  expander.add(archive.path, "", std::shared_ptr<ByteSource>(std::move(archive.source)), 0);
  if (expander.files.empty()) {
    pg::raise({Code::kMalformed, "archive " + core::quoted(archive.path) + " holds no files"});
  }
  if (expander.files.size() > 1 || expander.files.front().path.find('/') != std::string::npos) {
    strip_common_directory(expander.files);
  }
  check_paths(expander.files);
  return std::move(expander.files);
}

}  // namespace hartonomous::store
