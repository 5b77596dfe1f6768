// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/cache_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "pg/cluster_lock.hpp"
#include "pg/server_path.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "pg/storage.hpp"
#include "serve/cache_space.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::uint32_t kLock = 1;
// A file smaller than this is not synced, which would take longer than all the rest, but hashed
// when it is opened, which takes some 50 microseconds.
constexpr std::uint64_t kSmall = 256 << 10;
// A file is written in pieces of this size, each handed to the disk at once. What is written in one
// piece lies in memory in as few stretches as the kernel can find, and mapping a stretch takes it
// the time that mapping a page does.
constexpr std::uint64_t kPiece = 8ULL << 20;
constexpr std::int64_t kNoteSeconds = 10;  // a note of use that is younger will do

// The last bytes of a file. Its words are in the machine's own order: a cache does not travel.
struct Trailer {
  char magic[16] = {'h', 'a', 'r', 't', 'o', 'n', 'o', 'm',
                    'o', 'u', 's', ' ', 'w', 'c', '1', '\n'};
  std::uint64_t length;
  store::ContentHash name;
  std::uint64_t check = 0;  // of derived bytes
};
static_assert(sizeof(Trailer) == 64 && std::is_trivially_copyable_v<Trailer>);

constexpr std::uint64_t trailer_place(std::uint64_t length) noexcept {
  return (length + 63) / 64 * 64;
}
constexpr std::uint64_t file_size(std::uint64_t length) noexcept {
  return trailer_place(length) + sizeof(Trailer);
}

std::string path_of(const store::ContentHash& name) { return cache_directory() + "/" + name.hex(); }

bool write_all(int fd, core::Bytes bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
  return true;
}

// A file that is whole under its name, and its trailer; nothing for any other.
struct Opened {
  std::shared_ptr<const CachedFile> file;
  std::uint64_t check;
};
// Of a large file whose `length` is known the size must do: to look at its end would have the
// kernel, if nothing is in memory, read much of it before anything else.
std::optional<Opened> open_named(const store::ContentHash& name,
                                 std::optional<std::uint64_t> length = std::nullopt) {
  int error = 0;
  const pg::OwnedDescriptor file =
      pg::open_server_file(AT_FDCWD, path_of(name).c_str(), O_RDONLY, 0, error);
  struct stat found;
  if (!file.is_open() || ::fstat(file.get(), &found) != 0) return std::nullopt;
  const auto size = static_cast<std::uint64_t>(found.st_size);
  if (size < sizeof(Trailer) || (length && size != file_size(*length))) return std::nullopt;
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (start == MAP_FAILED) return std::nullopt;
  const Trailer expected{.length = length.value_or(0), .name = name};
  Trailer trailer = expected;
  if (!length || *length < kSmall) {
    std::memcpy(&trailer, static_cast<const std::byte*>(start) + size - sizeof trailer,
                sizeof trailer);
  }
  if (std::memcmp(trailer.magic, expected.magic, sizeof expected.magic) != 0 ||
      trailer.name != name || trailer.length >= size || file_size(trailer.length) != size) {
    ::munmap(start, size);
    return std::nullopt;
  }
  const bool is_noted = std::int64_t{::time(nullptr)} - found.st_mtime < kNoteSeconds;
  return Opened{std::make_shared<const CachedFile>(start, trailer.length, found.st_ino, is_noted),
                trailer.check};
}

bool has_address(core::Bytes bytes, const CacheKey& key) {
  return core::hash::tensor_hasher(core::tensor::info(key.dtype).name, key.shape)
             .update(bytes)
             .finish() == key.hash;
}

// A file that has no lasting name yet, and loses the passing one in the end.
struct Unfinished {
  std::string path;
  ~Unfinished() { ::unlink(path.c_str()); }
};

// A cache that cannot be written costs speed, not answers.
void warn_once(const char* action, int error) {
  static bool has_warned = false;
  if (std::exchange(has_warned, true)) return;
  pg::warning("could not " + std::string(action) + " the weights cache: " + std::strerror(error),
              "Weights are read from the database at each pass, which is slower.");
}

std::uint64_t check_of(core::Bytes bytes) { return core::hash::block_hash(bytes).prefix(); }

// Writes what a file ends with, and sees to it that the file lasts; 0, or what the system said.
int finish_file(int fd, const Trailer& trailer, bool is_synced) {
  if (!write_all(fd, std::as_bytes(std::span(&trailer, 1)), trailer_place(trailer.length)) ||
      (is_synced && !pg::sync_bytes(fd))) {
    return errno == 0 ? ENOSPC : errno;
  }
  return 0;
}

int write_tensor(int fd, const CacheKey& key, const Produce& produce) {
  int error = 0;
  std::uint64_t written = 0;
  std::vector<std::byte> piece;
  piece.reserve(std::min(key.length, kPiece));
  const auto write_piece = [&] {
    if (error != 0) return;
    if (!write_all(fd, piece, written)) error = errno == 0 ? ENOSPC : errno;
    ::sync_file_range(fd, static_cast<off_t>(written), static_cast<off_t>(piece.size()),
                      SYNC_FILE_RANGE_WRITE);
    written += piece.size();
    piece.clear();
  };
  produce([&](core::Bytes bytes) {
    while (!bytes.empty()) {
      const auto count = std::min<std::size_t>(bytes.size(), kPiece - piece.size());
      piece.insert(piece.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (piece.size() == kPiece) write_piece();
    }
  });
  if (!piece.empty()) write_piece();
  if (error != 0) return error;
  if (written != key.length)
    pg::raise({core::Code::kCorrupt, "tensor " + key.hash.hex() + " is incomplete"});
  return finish_file(fd, {.length = key.length, .name = key.hash},
                     key.is_value || key.length >= kSmall);
}

// Makes the file of that name unless somebody else has: write(descriptor) fills it and returns 0 or
// an errno. False if there is no room or it cannot be written.
template <class Write>
bool make_named(const store::ContentHash& name, std::uint64_t length, Write&& write) {
  const auto limit = static_cast<std::uint64_t>(pg::settings.cache_size) * 1024;
  const std::uint64_t size = file_size(length);
  if (size > limit) return false;
  const pg::ClusterLock lock(kLock);
  if (open_named(name)) return true;
  const std::string directory = cache_directory();
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    warn_once("create", errno);
    return false;
  }
  const Unfinished file{directory + "/unfinished"};  // only who holds the lock makes it
  ::unlink(file.path.c_str());                       // of one whose process ended
  if (!make_room(directory, size, limit)) return false;
  int error = 0;
  {
    const pg::OwnedDescriptor opened =
        pg::open_server_file(AT_FDCWD, file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600, error);
    if (opened.is_open()) error = write(opened.get());
  }
  if (error == 0 && ::rename(file.path.c_str(), path_of(name).c_str()) != 0) error = errno;
  if (error != 0) warn_once("write", error);
  return error == 0;
}

}  // namespace

std::string cache_directory() { return pg::data_directory() + "/pgsql_tmp_hartonomous"; }

CachedFile::~CachedFile() { ::munmap(const_cast<void*>(start_), file_size(length_)); }

void CachedFile::read_ahead() const noexcept {
  ::madvise(const_cast<void*>(start_), length_, MADV_WILLNEED);
}

std::uint64_t CachedFile::resident_bytes() const {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((length_ + page - 1) / page);
  if (::mincore(const_cast<void*>(start_), length_, pages.data()) != 0) return 0;
  std::uint64_t resident = 0;
  for (const unsigned char in_memory : pages) resident += in_memory & 1;
  return std::min(resident * page, length_);
}

std::shared_ptr<const CachedFile> open_cached(const CacheKey& key) {
  const auto opened = open_named(key.hash, key.length);
  if (!opened || opened->file->bytes().size() != key.length) return nullptr;
  if (key.length < kSmall && !key.is_value && !has_address(opened->file->bytes(), key))
    return nullptr;
  return opened->file;
}

std::shared_ptr<const CachedFile> make_cached(const CacheKey& key,
                                              std::span<const store::BlockPlace> blocks,
                                              core::Checkpoint& checkpoint) {
  return make_cached(key, [&](const std::function<void(core::Bytes)>& sink) {
    store::stream(blocks, store::Verify::kYes, checkpoint, [&](std::uint64_t, core::Bytes bytes) {
      sink(bytes);
    });  // in order, without gaps
  });
}

std::shared_ptr<const CachedFile> make_cached(const CacheKey& key, const Produce& produce) {
  const auto write = [&](int fd) { return write_tensor(fd, key, produce); };
  return make_named(key.hash, key.length, write) ? open_cached(key) : nullptr;
}

std::shared_ptr<const CachedFile> open_derived(const store::ContentHash& name) {
  const auto opened = open_named(name);
  if (!opened) return nullptr;
  const core::Bytes bytes = opened->file->bytes();
  return bytes.size() < kSmall && check_of(bytes) != opened->check ? nullptr : opened->file;
}

std::shared_ptr<const CachedFile> make_derived(const store::ContentHash& name, core::Bytes bytes) {
  const Trailer trailer{.length = bytes.size(), .name = name, .check = check_of(bytes)};
  const auto write = [&](int fd) {
    if (!write_all(fd, bytes, 0)) return errno == 0 ? ENOSPC : errno;
    return finish_file(fd, trailer, bytes.size() >= kSmall);
  };
  return make_named(name, bytes.size(), write) ? open_derived(name) : nullptr;
}

bool keep_cached(const store::ContentHash& name, const CachedFile& file) noexcept {
  const std::string path = path_of(name);
  struct stat found;
  return ::stat(path.c_str(), &found) == 0 && found.st_ino == file.file_number() &&
         ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

}  // namespace hartonomous::serve
