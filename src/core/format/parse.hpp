// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One door to all model-file readers. Content decides the format; a file name never does. Readers
// fetch headers only: the cost of a parse depends on the header, not on the size of the file.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"

namespace hartonomous::core::format {

// Caps on what a file may declare; a file over one is refused with kLimitExceeded, and
// kOutOfMemory answers for max_memory_bytes.
struct Limits {
  std::uint64_t max_header_bytes = 100'000'000;    // safetensors header, shard index, pickle
  std::uint64_t max_string_bytes = 64ULL << 20;    // one GGUF string
  std::uint64_t max_array_elements = 16ULL << 20;  // one GGUF array
  std::uint64_t max_metadata_entries = 100'000;
  std::uint64_t max_tensors = 1'000'000;
  std::uint64_t max_dimensions = 64;              // GGUF has its own 4
  std::uint64_t max_name_bytes = 2048;            // a tensor name; GGUF has its own 63
  std::uint64_t max_memory_bytes = 256ULL << 20;  // what one parse may hold
  std::uint64_t max_archive_entries = 100'000;
  std::uint64_t max_archive_depth = 3;             // of archives in archives
  std::uint64_t max_expanded_bytes = 64ULL << 30;  // all entries of an archive, decompressed
  std::uint64_t max_expansion_ratio = 200;         // of an entry that expands to over 1 MiB
  std::uint64_t max_pickle_operations = 50'000'000;
  std::uint64_t max_pickle_memo = 4'000'000;
  std::uint64_t max_pickle_stack = 1'000'000;
  // GGUF tensors must follow each other as the reference writer lays them out. When false, any
  // aligned, disjoint placement inside the file is accepted.
  bool strict_gguf_offsets = true;
};

// Files that hold others, and compressed ones. kDeflate has no sign: it occurs within kZip only.
enum class Container : std::uint8_t { kNone, kZip, kTar, kGzip, kBzip2, kXz, kZstd, kDeflate };

struct Detection {
  Format format;
  const char* kind = nullptr;              // of an opaque file of a known kind: "a 7z archive"
  Container container = Container::kNone;  // of an opaque file
};
// The format of the source's content, told from its first bytes, its size, and, of a ZIP archive,
// its directory. What is none of the formats is kOpaque. kMalformed for a file that is two things
// at once, and for a ZIP archive that is broken.
Result<Detection> detect(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

// detect(), then that format's reader; an opaque file has no tensors and no metadata. Everything
// declared is checked against the real size before it is used. Calls checkpoint.reached() with
// bytes of header consumed. Errors: kMalformed, kBadEncoding (text that is not UTF-8),
// kLimitExceeded, kUnsupported, kOutOfMemory, and kIoError from the source.
Result<FileLayout> parse(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

// Whether a file that is nothing known is called as if it were ("x.gguf"): its content decides, but
// who gave it believes otherwise and should be told.
bool is_misnamed(std::string_view path, Format format) noexcept;

}  // namespace hartonomous::core::format
