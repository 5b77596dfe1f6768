// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The weights cache: one immutable file for each tensor, named by its content address, mapped by
// every session that uses it, so that all share one copy. It is derived from the blocks, never the
// other way round: any file may be missing or removed at any moment. Who asks has seen the tensor
// in the catalogue, as the caller. docs/internals/weights-cache.md has the reasons.
//
// A file holds the tensor's bytes from its start, which is aligned to a page, and ends with a
// trailer that names the tensor. What is derived from stored files and costs time to derive, such
// as a tokenizer's tables, has a file of the same kind, named by a hash of what it is made from. A
// file gets its name when it is whole and, unless it is small, on disk; small ones are hashed when
// they are opened. So what bears a name is whole, whatever crashed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/content_reader.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::serve {

// Absolute path. Its name is one that base backups leave out.
std::string cache_directory();

struct CacheKey {
  explicit CacheKey(const store::NamedTensor& tensor)
      : hash(tensor.hash),
        length(tensor.key.byte_length),
        dtype(tensor.key.dtype),
        shape(tensor.key.shape) {}

  store::ContentHash hash;
  std::uint64_t length;  // bytes; > 0
  core::tensor::DType dtype;
  std::span<const std::uint64_t> shape;  // borrowed
  bool is_value = false;  // of an expression: the name is of what is done, not of the bytes
};

// A cached file in this session's address space, read-only. An eviction does not touch it.
class CachedFile {
 public:
  CachedFile(const void* start, std::uint64_t length, std::uint64_t file, bool is_noted) noexcept
      : start_(start), length_(length), file_(file), is_noted_(is_noted) {}
  ~CachedFile();
  CachedFile(const CachedFile&) = delete;
  CachedFile& operator=(const CachedFile&) = delete;

  core::Bytes bytes() const noexcept { return {static_cast<const std::byte*>(start_), length_}; }
  std::uint64_t file_number() const noexcept { return file_; }  // its inode
  // When it was opened its use had just been noted, by whomever: there is no need to do it again.
  bool is_noted() const noexcept { return is_noted_; }
  // Asks the kernel to have the bytes in memory soon; returns at once.
  void read_ahead() const noexcept;
  // Bytes that are in memory now. O(pages).
  std::uint64_t resident_bytes() const;

 private:
  const void* start_;
  std::uint64_t length_;  // of the bytes; the mapping is longer by the trailer
  std::uint64_t file_;
  bool is_noted_;
};

// The file as it is, or nothing. A file that is not what its name says is taken for absent.
std::shared_ptr<const CachedFile> open_cached(const CacheKey& key);

// Makes the file from the tensor's blocks, each re-hashed on the way, unless somebody else has done
// so meanwhile. Nothing if the cache has no room for it or cannot be written (a WARNING says so
// once in a session). Throws pg::Error, and Failure kCorrupt.
std::shared_ptr<const CachedFile> make_cached(const CacheKey& key,
                                              std::span<const store::BlockPlace> blocks,
                                              core::Checkpoint& checkpoint);

// The same from what `produce` gives to the function it is called with, in order.
using Produce = std::function<void(const std::function<void(core::Bytes)>& sink)>;
std::shared_ptr<const CachedFile> make_cached(const CacheKey& key, const Produce& produce);

// The same for bytes derived from stored files; `name` is a hash of these and of how it was done.
// They begin at a page. A damaged file is found out if it is smaller than 256 KiB, as a tensor's
// is; else whoever reads it must be content with any bytes.
std::shared_ptr<const CachedFile> open_derived(const store::ContentHash& name);
std::shared_ptr<const CachedFile> make_derived(const store::ContentHash& name, core::Bytes bytes);

// Notes that the file is in use: for a minute it will not be evicted. False if the cache no longer
// holds the file that `file` is a view of.
bool keep_cached(const store::ContentHash& name, const CachedFile& file) noexcept;

}  // namespace hartonomous::serve
