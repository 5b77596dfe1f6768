// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Chooses the form in which a new block is stored: the smallest of those that are tried, and the
// bytes themselves where none pays. Same store, same block: same form.
#pragma once

#include <optional>

#include "store/block_reader.hpp"
#include "store/block_store.hpp"
#include "store/relatives.hpp"

namespace hartonomous::store {

// What is tried; the values of hartonomous.compression.
enum class Compression {
  kNone,  // nothing
  kFast,  // deltas, casts and quantisations that are made again about as fast as a delta
  kBest,  // all recipes, and coding blocks by themselves
};

// A tensor being stored, as its blocks come.
struct TensorToCode {
  core::tensor::DType dtype;
  std::span<const std::uint64_t> shape;
  std::uint64_t elements;
  const core::block::SimilaritySketch* sketch;  // null: none
};

class BlockCoder {
 public:
  // Sees the active snapshot. REQUIRES: owner's rights while it lives.
  BlockCoder(Compression compression, std::span<const std::int64_t> parent_versions)
      : compression_(compression), finder_(parent_versions) {}

  // From now on blocks of this tensor come. What it points to must outlive them.
  void begin(const TensorToCode& tensor);
  // From now on literal bytes come.
  void begin_literal();

  // The form of the block that starts `offset` bytes into the tensor; kRaw with an empty payload if
  // it is to be stored as it is. Valid until the next call.
  const BlockCoding& code(std::uint64_t offset, core::Bytes raw);

 private:
  struct Block {
    std::int64_t block_id;
    std::uint64_t offset;
    std::uint32_t length;
    int chain_length;
  };
  struct Source {
    Relative relative;
    std::vector<Block> blocks;  // once they were needed
    bool is_known = false;
  };
  // The elements of a relative that a block of the tensor is made of.
  struct Parents {
    std::vector<std::byte> bytes;  // of whole blocks
    std::vector<std::int64_t> block_ids;
    std::uint32_t skip;  // to the first element
    std::size_t length;
    int chain_length;
    core::Bytes elements() const { return core::Bytes(bytes).subspan(skip, length); }
  };

  void find_sources();
  std::span<const Block> blocks_of(Source& source);
  std::optional<Parents> parents_of(Source& source, std::uint64_t offset, std::size_t length);
  std::optional<std::size_t> misses(std::size_t source, std::uint64_t offset, core::Bytes raw);
  bool try_derived(std::uint64_t offset, core::Bytes raw);
  bool encode_from(std::size_t source, std::uint64_t offset, core::Bytes raw);
  void try_delta(std::uint64_t offset, core::Bytes raw);
  void set(core::block::Method method, std::vector<std::byte> payload,
           std::vector<std::int64_t> bases, int chain_length);

  Compression compression_;
  RelativeFinder finder_;
  BlockReader reader_;
  std::optional<TensorToCode> tensor_;
  bool has_looked_ = false;
  std::vector<Source> same_, others_;  // cut like the tensor; of another type or shape
  std::size_t current_ = 0;            // of others_: what the last derived block was made of
  std::vector<std::byte> payload_;
  BlockCoding coding_;
};

}  // namespace hartonomous::store
