// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/stored_weights.hpp"

#include <sys/resource.h>
#include <time.h>

#include "pg/identity.hpp"
#include "pg/settings.hpp"
#include "store/tensor_id.hpp"
#include "store/tensor_reader.hpp"

namespace hartonomous::serve {

namespace {

using core::run::TensorNumber;

// How long a look at the cache's directory counts, in seconds: well below kKeepSeconds.
constexpr std::int64_t kLookSeconds = 10;
constexpr std::string_view kValuePurpose = "tensor value 1\n";  // changes with how it is evaluated
// What is asked of the kernel ahead of use: some 10 ms of a fast disk.
constexpr std::uint64_t kAhead = 64ULL << 20;
// Bytes acquired between two looks at whether the disk was read, as long as it was not.
constexpr std::uint64_t kAskEvery = 256ULL << 10;
// Acquisitions without a read of the disk after which reading ahead stops.
constexpr int kColdFor = 1000;

std::int64_t seconds_now() noexcept {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec;
}

struct HashPrefix {
  std::size_t operator()(const store::ContentHash& hash) const noexcept { return hash.prefix(); }
};

// What this session has mapped, so that versions which share a tensor share the mapping.
std::shared_ptr<const CachedFile> mapped_here(const CacheKey& key, bool anew) {
  static std::unordered_map<store::ContentHash, std::weak_ptr<const CachedFile>, HashPrefix> all;
  if (!anew) {
    if (const auto found = all.find(key.hash); found != all.end()) {
      if (auto mapped = found->second.lock()) return mapped;
    }
  }
  auto opened = open_cached(key);
  if (opened) {
    all[key.hash] = opened;
  } else {
    all.erase(key.hash);
  }
  return opened;
}

}  // namespace

long disk_reads() noexcept {
  rusage usage;
  return ::getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_inblock : 0;
}

StoredWeights::StoredWeights(const store::VersionKey& version, const store::ContentHash& manifest,
                             std::vector<store::NamedTensor> tensors,
                             std::span<const store::NamedStep> additions,
                             std::span<const std::string> values)
    : version_(version) {
  reads_ = disk_reads();
  tensors_.reserve(tensors.size());
  for (store::NamedTensor& tensor : tensors) {
    Tensor& own = tensors_.emplace_back();
    own.named = std::move(tensor);
    own.next = tensors_.size();
  }
  if (!tensors_.empty()) tensors_.back().next = 0;
  for (TensorNumber i = 0; i < tensors_.size(); ++i) by_name_.emplace(tensors_[i].named.name, i);
  const auto number = [this](const std::string& name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      pg::raise({core::Code::kCorrupt, "overlay names no tensor " + core::quoted(name)});
    }
    return found->second;
  };
  for (const store::NamedStep& step : additions) {
    const TensorNumber a = number(step.operands.at(0)), b = number(step.operands.at(1));
    const store::TensorKey& first = tensors_[a].named.key;
    tensors_[number(step.tensor)].additions.push_back(
        {a, b, first.dtype, tensors_[b].named.key.dtype, first.shape.at(0), step.parameters.scale,
         step.parameters.rows});
  }
  for (const std::string& name : values) {
    Tensor& tensor = tensors_[number(name)];
    tensor.is_value = true;
    tensor.named.hash = core::hash::block_hash(
        core::as_bytes(std::string(kValuePurpose) + manifest.hex() + '\n' + name));
  }
}

CacheKey StoredWeights::key_of(const Tensor& tensor) const {
  CacheKey key(tensor.named);
  key.is_value = tensor.is_value;
  return key;
}

std::optional<core::run::TensorShape> StoredWeights::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  const Tensor& tensor = tensors_[found->second];
  return core::run::TensorShape{found->second, tensor.named.key.dtype, tensor.named.key.shape,
                                tensor.additions};
}

core::Result<core::Bytes> StoredWeights::acquire(TensorNumber number) {
  Tensor& tensor = tensors_.at(number);
  const std::uint64_t length = tensor.named.key.byte_length;
  if (length == 0) return core::Bytes();
  if (tensor.users == 0) {
    look_in_cache(tensor);
    if (!tensor.cached) HARTONOMOUS_CHECK(stream(tensor));
  }
  ++tensor.users;
  read_ahead(number);
  if (tensor.streamed) return core::Bytes(tensor.streamed.get(), length);
  return tensor.cached->bytes();
}

void StoredWeights::release(TensorNumber number) noexcept {
  Tensor& tensor = tensors_[number];
  if (tensor.users == 0 || --tensor.users > 0 || !tensor.streamed) return;
  tensor.streamed.reset();
  streaming_ -= tensor.named.key.byte_length;
}

std::shared_ptr<const CachedFile> StoredWeights::made_in_cache(Tensor& tensor) {
  if (tensor.is_value) {
    return make_cached(key_of(tensor), [&](const std::function<void(core::Bytes)>& sink) {
      evaluate(tensor, sink);
    });
  }
  pg::PollCheckpoint checkpoint;
  if (tensor.blocks.empty()) {
    const pg::OwnerRights rights;
    std::int64_t& id = tensor.named.key.tensor_id;
    if (id == 0) id = store::tensor_id_of(tensor.named.hash);
    tensor.blocks = store::blocks_of_tensor(id);
  }
  return make_cached(key_of(tensor), tensor.blocks, checkpoint);
}

void StoredWeights::evaluate(const Tensor& tensor, const std::function<void(core::Bytes)>& sink) {
  const pg::OwnerRights rights;
  pg::PollCheckpoint checkpoint;
  const store::TensorKey key = store::find_tensor(version_, tensor.named.name);
  store::stream_encoded(key, key.dtype, checkpoint, sink);
}

// Finds or makes the tensor's file, at most every few seconds.
void StoredWeights::look_in_cache(Tensor& tensor) {
  const std::int64_t now = seconds_now();
  if (tensor.checked != INT64_MIN && now - tensor.checked < kLookSeconds) return;
  const bool was_mapped = tensor.cached != nullptr;
  if (was_mapped && keep_cached(tensor.named.hash, *tensor.cached)) {
    tensor.checked = now;
    return;
  }
  tensor.cached = mapped_here(key_of(tensor), was_mapped);
  if (!tensor.cached && made_in_cache(tensor)) tensor.cached = mapped_here(key_of(tensor), true);
  if (tensor.cached) {
    tensor.blocks = {};
    if (!tensor.cached->is_noted()) keep_cached(tensor.named.hash, *tensor.cached);
  }
  tensor.checked = now;
}

core::Status StoredWeights::stream(Tensor& tensor) {
  const std::uint64_t length = tensor.named.key.byte_length;
  const auto budget = static_cast<std::uint64_t>(pg::settings.session_memory) * 1024;
  if (length > budget || streaming_ > budget - length) {
    return core::Status(core::Code::kOutOfMemory, "tensor " + core::quoted(tensor.named.name) +
                                                      " of " + std::to_string(length) +
                                                      " bytes does not fit the session's memory")
        .with_detail("The weights cache has no room for it.")
        .with_hint("Raise hartonomous.cache_size or hartonomous.session_memory.");
  }
  std::shared_ptr<std::byte[]> buffer(
      new (std::align_val_t(64)) std::byte[length],
      [](std::byte* bytes) { ::operator delete[](bytes, std::align_val_t(64)); });
  pg::PollCheckpoint checkpoint;
  std::uint64_t read = 0;
  const auto take = [&](core::Bytes bytes) {
    if (bytes.size() > length - read) return;
    std::ranges::copy(bytes, buffer.get() + read);
    read += bytes.size();
  };
  if (tensor.is_value) {
    evaluate(tensor, take);
  } else {
    store::stream(tensor.blocks, store::Verify::kNo, checkpoint,
                  [&](std::uint64_t, core::Bytes bytes) { take(bytes); });
  }
  if (read != length) {
    return core::Status(core::Code::kCorrupt,
                        "tensor " + core::quoted(tensor.named.name) + " is incomplete")
        .with_hint("Run hartonomous.verify_store() and restore from a backup.");
  }
  tensor.streamed = std::move(buffer);
  streaming_ += length;
  bytes_streamed_ += length;
  return core::Status::ok();
}

// A pass wants tensors in the same order each time. As long as the disk is read, the
// kernel is told what comes next.
void StoredWeights::read_ahead(TensorNumber number) {
  const bool is_expected = tensors_[last_].next == number;
  tensors_[last_].next = number;
  last_ = number;
  tensors_[number].is_announced = false;
  bytes_unasked_ += tensors_[number].named.key.byte_length;
  if (passes_cold_ == 0 && bytes_unasked_ < kAskEvery) return;
  bytes_unasked_ = 0;
  const long reads = disk_reads();
  if (reads != reads_) passes_cold_ = kColdFor;
  reads_ = reads;
  if (passes_cold_ == 0) return;
  --passes_cold_;
  if (is_expected) {
    bytes_announced_ -= std::min(bytes_announced_, tensors_[number].named.key.byte_length);
  } else {
    announced_ = number;
    bytes_announced_ = 0;
  }
  announce();
}

void StoredWeights::begin_cold() {
  if (tensors_.empty()) return;
  passes_cold_ = kColdFor;
  announced_ = tensors_.size() - 1;
  announce();
}

// Tells the kernel of what comes after the last that it was told of.
void StoredWeights::announce() {
  for (std::size_t steps = 0; bytes_announced_ < kAhead && steps < tensors_.size(); ++steps) {
    announced_ = tensors_[announced_].next;
    Tensor& tensor = tensors_[announced_];
    if (!tensor.cached && tensor.checked == INT64_MIN) {
      tensor.cached = mapped_here(key_of(tensor), false);
    }
    if (tensor.cached && !std::exchange(tensor.is_announced, true)) tensor.cached->read_ahead();
    bytes_announced_ += std::max<std::uint64_t>(tensor.named.key.byte_length, 1);
  }
}

core::Bytes StoredWeights::mapped(TensorNumber number) {
  Tensor& tensor = tensors_.at(number);
  if (!tensor.cached && tensor.named.key.byte_length > 0) {
    tensor.cached = mapped_here(key_of(tensor), false);
  }
  return tensor.cached ? tensor.cached->bytes() : core::Bytes();
}

StoredWeights::Residency StoredWeights::residency() {
  Residency all;
  for (Tensor& tensor : tensors_) {
    all.bytes += tensor.named.key.byte_length;
    if (tensor.named.key.byte_length == 0) continue;
    if (!tensor.cached) tensor.cached = mapped_here(key_of(tensor), false);
    if (!tensor.cached) continue;
    all.cached += tensor.named.key.byte_length;
    all.in_memory += tensor.cached->resident_bytes();
  }
  return all;
}

}  // namespace hartonomous::serve
