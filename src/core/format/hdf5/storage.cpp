// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <array>

#include "core/base/checked.hpp"
#include "core/format/hdf5/dataset.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

enum Layout : std::uint8_t { kCompact = 0, kContiguous = 1, kChunked = 2, kVirtual = 3 };
constexpr unsigned kMostLevels = 32;  // of a tree of chunks

Result<Storage> range(const File& file, std::uint64_t address, std::uint64_t stored,
                      std::uint64_t length) {
  if (length == 0) return Storage{};
  if (file.is_undefined(address)) return Storage{};
  if (stored != length) return broken("dataset, whose size is not that of its shape");
  HARTONOMOUS_TRY(const std::uint64_t at, file.place(address, length));
  return Storage{Storage::Kind::kRange, at};
}

// The chunks of a dataset in a version 1 B-tree: counted, and each held to be within the file.
class ChunkTree {
 public:
  ChunkTree(File& file, std::uint64_t chunk_rank, std::uint64_t most_chunks)
      : file_(file), chunk_rank_(chunk_rank), most_chunks_(most_chunks) {}

  struct Chunk {
    std::uint64_t place, bytes;
    std::uint32_t skipped_filters;
  };

  Status walk(std::uint64_t address, std::optional<unsigned> expected_level = std::nullopt) {
    HARTONOMOUS_TRY(const bool is_new, file_.visit(address));
    if (!is_new) return broken("tree of chunks that leads back to itself");
    HARTONOMOUS_TRY(const std::string head, file_.read(address, head_bytes()));
    Fields in = file_.fields(head);
    const auto signature = in.take(4);
    const auto type = in.number(1), level = in.number(1), entries = in.number(2);
    if (as_text(*signature) != "TREE" || *type != 1 || *level > kMostLevels) {
      return broken("tree of chunks");
    }
    if (expected_level && *level != *expected_level) return broken("tree of chunks");
    const std::uint64_t key = 4 + 4 + 8 * chunk_rank_;
    const std::uint64_t entry = key + file_.fields({}).offset_bytes();
    HARTONOMOUS_TRY(const std::string body, file_.read(address + head_bytes(), *entries * entry));
    Fields rows = file_.fields(body);
    for (std::uint64_t i = 0; i < *entries; ++i) {
      const auto bytes = rows.number(4), mask = rows.number(4);
      rows.skip(8 * chunk_rank_);
      const auto child = rows.offset();
      if (!child) return broken("tree of chunks");
      if (*level > 0) {  // at most kMostLevels deep: each child is one level lower
        HARTONOMOUS_CHECK(walk(*child, static_cast<unsigned>(*level) - 1));
      } else {
        HARTONOMOUS_CHECK(add(*child, *bytes, static_cast<std::uint32_t>(*mask)));
      }
    }
    return Status::ok();
  }

  std::uint64_t count() const noexcept { return count_; }
  const Chunk& first() const noexcept { return first_; }

 private:
  std::uint64_t head_bytes() const noexcept {
    return 4 + 1 + 1 + 2 + 2 * std::uint64_t{file_.fields({}).offset_bytes()};
  }

  Status add(std::uint64_t address, std::uint64_t bytes, std::uint32_t mask) {
    HARTONOMOUS_TRY(const std::uint64_t at, file_.place(address, bytes));
    if (count_ == most_chunks_) return broken("dataset with more chunks than it has room for");
    if (count_++ == 0) first_ = {at, bytes, mask};
    return Status::ok();
  }

  File& file_;
  std::uint64_t chunk_rank_, most_chunks_, count_ = 0;
  Chunk first_{};
};

// Chunks that hold `shape`; nothing if that cannot be counted.
std::optional<std::uint64_t> chunks_of(const std::vector<std::uint64_t>& shape,
                                       const std::vector<std::uint64_t>& chunk) noexcept {
  std::uint64_t count = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (chunk[i] == 0) return std::nullopt;
    const std::uint64_t along = shape[i] / chunk[i] + (shape[i] % chunk[i] != 0 ? 1 : 0);
    const auto product = checked_mul(count, along);
    if (!product) return std::nullopt;
    count = *product;
  }
  return count;
}

// rank, which counts the element as a dimension; address of the tree; sizes; of the element.
Result<Storage> tree_of_chunks(File& file, Fields& in, const ObjectHeader& header,
                               const std::vector<std::uint64_t>& shape, std::uint64_t element_bytes,
                               std::uint64_t length) {
  const auto rank = in.number(1);
  const auto tree = in.offset();
  if (!rank || !tree || *rank != shape.size() + 1) return broken("chunked dataset");
  std::vector<std::uint64_t> chunk;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto size = in.number(4);
    if (!size) return broken("chunked dataset");
    chunk.push_back(*size);
  }
  const auto element = in.number(4);
  const auto most = chunks_of(shape, chunk);
  if (!element || *element != element_bytes || !most) return broken("chunked dataset");
  if (length == 0 || file.is_undefined(*tree)) return Storage{};
  ChunkTree chunks(file, *rank, *most);
  HARTONOMOUS_CHECK(chunks.walk(*tree));
  if (chunks.count() == 0) return Storage{};
  const bool is_filtered = header.find(MessageType::kFilters) != nullptr;
  const bool is_whole = chunk == shape && chunks.first().bytes == length;
  return Storage{is_whole && !is_filtered ? Storage::Kind::kRange : Storage::Kind::kChunks,
                 chunks.first().place};
}

// Versions 1 and 2: rank, class, reserved; address unless compact; sizes; of an element or the
// data.
Result<Storage> old_layout(File& file, Fields& in, std::uint64_t body, std::size_t dimensions,
                           std::uint64_t length) {
  const auto rank = in.number(1), kind = in.number(1);
  in.skip(1 + 4);
  if (!rank || !kind) return broken("data layout");
  const auto address = *kind == kCompact ? std::optional<std::uint64_t>(0) : in.offset();
  if (!address) return broken("data layout");
  if (*kind == kContiguous) return range(file, *address, length, length);
  if (*kind == kCompact) {
    in.skip(4 * *rank);
    const auto stored = in.number(4);
    if (!stored || *stored > in.remaining()) return broken("data layout");
    return range(file, body + in.position(), *stored, length);
  }
  if (*kind != kChunked || *rank != dimensions + 1) return broken("data layout");
  if (file.is_undefined(*address) || length == 0) return Storage{};
  HARTONOMOUS_TRY(const std::uint64_t at, file.place(*address, 1));
  return Storage{Storage::Kind::kChunks, at};
}

// Version 4: the index of chunks is of one of five kinds, and only its place is told.
Result<Storage> indexed_chunks(File& file, Fields& in, const std::vector<std::uint64_t>& shape,
                               std::uint64_t length) {
  const auto flags = in.number(1), rank = in.number(1), width = in.number(1);
  if (!flags || !rank || !width || *width == 0 || *width > 8 || *rank != shape.size() + 1) {
    return broken("chunked dataset");
  }
  in.skip(*width * *rank);
  const auto kind = in.number(1);
  if (!kind || *kind < 1 || *kind > 5) return broken("chunked dataset");
  constexpr std::array<std::uint64_t, 6> kParameters = {0, 0, 0, 1, 5, 6};
  if (*kind == 1 && (*flags & 2) != 0) {  // one chunk, filtered: its size, which filters it skipped
    in.length();
    in.skip(4);
  }
  in.skip(kParameters[*kind]);
  const auto address = in.offset();
  if (!address) return broken("chunked dataset");
  if (length == 0 || file.is_undefined(*address)) return Storage{};
  HARTONOMOUS_TRY(const std::uint64_t at, file.place(*address, 1));
  return Storage{Storage::Kind::kChunks, at};
}

}  // namespace

Result<Storage> find_storage(File& file, const ObjectHeader& header,
                             const std::vector<std::uint64_t>& shape, std::uint64_t element_bytes,
                             std::uint64_t length) {
  if (header.find(MessageType::kExternalFiles) != nullptr) {
    return Status(Code::kUnsupported, "HDF5 dataset has its data in other files")
        .with_hint("Such a file can name any file of the machine that reads it.");
  }
  const Message* const message = header.find(MessageType::kLayout);
  if (message == nullptr) return broken("dataset without a layout");
  Fields in = file.fields(message->body);
  const auto version = in.number(1);
  if (!version || *version < 1 || *version > 4) return broken("data layout");
  if (*version < 3) {
    return old_layout(file, in, message->address, shape.size(), length);
  }
  const auto kind = in.number(1);
  if (!kind) return broken("data layout");
  switch (*kind) {
    case kCompact: {
      const auto stored = in.number(2);
      if (!stored || *stored > in.remaining()) return broken("data layout");
      return range(file, message->address + in.position(), *stored, length);
    }
    case kContiguous: {
      const auto address = in.offset(), stored = in.length();
      if (!address || !stored) return broken("data layout");
      return range(file, *address, *stored, length);
    }
    case kChunked:
      return *version == 3 ? tree_of_chunks(file, in, header, shape, element_bytes, length)
                           : indexed_chunks(file, in, shape, length);
    case kVirtual:
      return Status(Code::kUnsupported, "HDF5 dataset is made of parts of others")
          .with_hint("Virtual datasets are not read.");
    default:
      return broken("data layout");
  }
}

}  // namespace hartonomous::core::format::hdf5
