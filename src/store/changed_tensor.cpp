// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/changed_tensor.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/tensor/quantize.hpp"
#include "core/tensor/slice.hpp"
#include "store/tensor_reader.hpp"
#include "store/tensor_values.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

constexpr std::size_t kPiece = 1 << 17;  // elements encoded at a time; whole groups of every type

std::uint64_t element_count(const TensorKey& tensor) {
  return core::checked_product(tensor.shape).value_or(UINT64_MAX);
}

void require_count(std::uint64_t got, std::uint64_t wanted, const char* what) {
  if (got == wanted) return;
  pg::raise({Code::kInvalidArgument, std::to_string(wanted) + std::string(" ") + what +
                                         " are needed, not " + std::to_string(got)});
}

// Calls sink(bytes) for the encoded values, a piece at a time. REQUIRES: whole groups.
template <class Sink>
void encode(core::tensor::DType dtype, std::span<const float> numbers, Sink sink) {
  const auto& type = core::tensor::info(dtype);
  std::vector<std::byte> bytes;
  while (!numbers.empty()) {
    const auto part = numbers.first(std::min(kPiece, numbers.size()));
    bytes.resize(part.size() / type.block_elements * type.block_bytes);
    pg::check(core::tensor::quantize(dtype, part, bytes));
    sink(core::Bytes(bytes));
    numbers = numbers.subspan(part.size());
    pg::poll();
  }
}

// A stretch of the tensor's bytes that is replaced, and where in the new bytes it is.
struct Patch {
  std::uint64_t offset, length, from;
};

std::vector<Patch> patches_of(const TensorKey& tensor, const TensorPart& part) {
  const auto& type = core::tensor::info(tensor.dtype);
  const auto runs = runs_of(tensor, part.starts, part.counts);
  std::vector<Patch> patches;
  std::uint64_t from = 0;
  for (const auto& run : runs) {
    if (run.offset % type.block_elements != 0 || run.length % type.block_elements != 0) {
      pg::raise(Status(Code::kInvalidArgument, "part does not consist of whole groups")
                    .with_detail(std::string(type.name) + " codes " +
                                 std::to_string(type.block_elements) + " elements together."));
    }
    const std::uint64_t length = run.length / type.block_elements * type.block_bytes;
    patches.push_back({run.offset / type.block_elements * type.block_bytes, length, from});
    from += length;
  }
  return patches;
}

// Copies into `block`, which begins at `offset`, what the patches from `first` on put there.
// Whether there was any.
bool apply(std::span<const Patch> patches, core::Bytes bytes, std::uint64_t offset,
           std::span<std::byte> block) {
  const std::uint64_t end = offset + block.size();
  auto patch = std::ranges::upper_bound(patches, offset, {},
                                        [](const Patch& p) { return p.offset + p.length; });
  bool any = false;
  for (; patch != patches.end() && patch->offset < end; ++patch, any = true) {
    const std::uint64_t first = std::max(patch->offset, offset);
    const std::uint64_t last = std::min(patch->offset + patch->length, end);
    std::ranges::copy(bytes.subspan(patch->from + (first - patch->offset), last - first),
                      block.begin() + static_cast<std::ptrdiff_t>(first - offset));
  }
  return any;
}

std::uint64_t length_of(std::span<const Patch> patches) {
  return patches.empty() ? 0 : patches.back().from + patches.back().length;
}

StoredTensor patched(const TensorKey& tensor, std::span<const Patch> patches, core::Bytes bytes,
                     TensorWriter& writer) {
  writer.begin(tensor.dtype, tensor.shape);
  BlockReader reader;
  std::vector<std::byte> block;
  for (const BlockPlace& place : blocks_of_tensor(tensor.tensor_id)) {
    block.resize(place.length);
    reader.read(place.block_id, block);
    if (apply(patches, bytes, place.offset, block)) {
      writer.add(block);
    } else {
      writer.add_stored(place, block);
    }
    pg::poll();
  }
  return writer.end();
}

}  // namespace

StoredTensor with_numbers(const TensorKey& tensor, std::span<const float> numbers,
                          TensorWriter& writer) {
  require_count(numbers.size(), element_count(tensor), "numbers");
  writer.begin(tensor.dtype, tensor.shape);
  encode(tensor.dtype, numbers, [&](core::Bytes bytes) { writer.add(bytes); });
  return writer.end();
}

StoredTensor with_bytes(const TensorKey& tensor, core::Bytes bytes, TensorWriter& writer) {
  require_count(bytes.size(), tensor.byte_length, "bytes");
  writer.begin(tensor.dtype, tensor.shape);
  writer.add(bytes);
  return writer.end();
}

StoredTensor with_value_of(const TensorKey& tensor, const TensorKey& source, TensorWriter& writer) {
  if (tensor.shape != source.shape) {
    pg::raise({Code::kInvalidArgument, "tensors are of different shapes"});
  }
  writer.begin(tensor.dtype, tensor.shape);
  pg::PollCheckpoint checkpoint;
  stream_encoded(source, tensor.dtype, checkpoint, [&](core::Bytes bytes) { writer.add(bytes); });
  return writer.end();
}

StoredTensor with_part(const TensorKey& tensor, const TensorPart& part,
                       std::span<const float> numbers, TensorWriter& writer) {
  const std::vector<Patch> patches = patches_of(tensor, part);
  const auto& type = core::tensor::info(tensor.dtype);
  require_count(numbers.size(), length_of(patches) / type.block_bytes * type.block_elements,
                "numbers");
  std::vector<std::byte> bytes;
  encode(tensor.dtype, numbers,
         [&](core::Bytes piece) { bytes.insert(bytes.end(), piece.begin(), piece.end()); });
  return patched(tensor, patches, bytes, writer);
}

StoredTensor with_part(const TensorKey& tensor, const TensorPart& part, core::Bytes bytes,
                       TensorWriter& writer) {
  const std::vector<Patch> patches = patches_of(tensor, part);
  require_count(bytes.size(), length_of(patches), "bytes");
  return patched(tensor, patches, bytes, writer);
}

}  // namespace hartonomous::store
