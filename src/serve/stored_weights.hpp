// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The weights of a stored version as a forward pass wants them: from the weights cache, which all
// sessions share, or, where that has no room, from the blocks, at each pass anew. A version never
// changes, so what was opened stays true.
#pragma once

#include <unordered_map>

#include "core/run/weights.hpp"
#include "serve/cache_file.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::serve {

// What this process had the disk read, in a unit of its own. Not its major page faults: a fault
// that the kernel tried twice counts as one.
long disk_reads() noexcept;

class StoredWeights final : public core::run::WeightSource {
 public:
  // Of a version, whose content address `manifest` is. `additions` are steps lora, which name
  // tensors among `tensors`; `values` are tensors that are expressions, of which a pass sees the
  // value as materialize() would store it. kCorrupt for a name that is none of them.
  StoredWeights(const store::VersionKey& version, const store::ContentHash& manifest,
                std::vector<store::NamedTensor> tensors,
                std::span<const store::NamedStep> additions, std::span<const std::string> values);

  std::optional<core::run::TensorShape> find(std::string_view name) const override;
  // Reads the database on first use and for what the cache has no room for: answers interrupts by
  // throwing, as a Checkpoint does. kOutOfMemory over hartonomous.session_memory.
  core::Result<core::Bytes> acquire(core::run::TensorNumber number) override;
  void release(core::run::TensorNumber number) noexcept override;

  std::size_t count() const noexcept { return tensors_.size(); }
  std::uint64_t byte_length(core::run::TensorNumber number) const {
    return tensors_.at(number).named.key.byte_length;
  }
  // The tensor's bytes if the cache has them; empty if not. Valid until the next call of anything.
  core::Bytes mapped(core::run::TensorNumber number);

  // Says that nothing is in memory: what a pass wants first is read from now on, beside all else.
  void begin_cold();

  struct Residency {
    std::uint64_t bytes = 0;      // of all tensors
    std::uint64_t cached = 0;     // in files of the cache
    std::uint64_t in_memory = 0;  // of those, in memory now
  };
  Residency residency();
  // Bytes read from blocks since it was opened, over the cache's own making.
  std::uint64_t bytes_streamed() const noexcept { return bytes_streamed_; }

 private:
  struct Tensor {
    store::NamedTensor named;  // of a value its name in the cache instead of an address
    std::vector<core::run::LowRank> additions;
    std::shared_ptr<const CachedFile> cached;
    std::vector<store::BlockPlace> blocks;  // once they were needed
    std::shared_ptr<std::byte[]> streamed;  // while in use
    int users = 0;
    std::int64_t checked = INT64_MIN;  // seconds: when the cache was last asked
    bool is_value = false;
    core::run::TensorNumber next = 0;  // what was wanted after it in the last pass
    bool is_announced = false;         // to the kernel, and not wanted since
  };

  CacheKey key_of(const Tensor& tensor) const;
  std::shared_ptr<const CachedFile> made_in_cache(Tensor& tensor);
  void evaluate(const Tensor& tensor, const std::function<void(core::Bytes)>& sink);
  void look_in_cache(Tensor& tensor);
  core::Status stream(Tensor& tensor);
  void read_ahead(core::run::TensorNumber number);
  void announce();

  store::VersionKey version_;
  std::vector<Tensor> tensors_;
  std::unordered_map<std::string_view, core::run::TensorNumber> by_name_;
  std::uint64_t streaming_ = 0;  // bytes of buffers in use
  std::uint64_t bytes_streamed_ = 0;
  core::run::TensorNumber last_ = 0, announced_ = 0;
  std::uint64_t bytes_announced_ = 0;             // to the kernel, and not wanted yet
  std::uint64_t bytes_unasked_ = UINT64_MAX / 2;  // acquired since the last look at reads_
  long reads_ = -1;                               // of the disk, at the last look
  int passes_cold_ = 0;                           // acquisitions for which reading ahead still pays
};

}  // namespace hartonomous::serve
