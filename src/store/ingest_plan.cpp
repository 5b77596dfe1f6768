// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/ingest_plan.hpp"

#include <algorithm>

namespace hartonomous::store {

namespace {

using core::Code;
using core::Result;
using core::Status;

constexpr std::size_t kMetadataArray = 64;  // longer arrays are given by type and length

bool names_a_model(std::string_view path) {
  return path.ends_with(".safetensors") || path.ends_with(".gguf");
}

// Reads `length` bytes from `offset` in units of `unit`, hashing each as a block.
template <class OnUnit>
Status scan(core::ByteSource& source, std::uint64_t offset, std::uint64_t length,
            std::uint64_t unit, std::vector<std::byte>& buffer, core::Checkpoint& checkpoint,
            OnUnit on_unit) {
  for (std::uint64_t at = 0; at < length; at += unit) {
    const std::uint64_t count = std::min(unit, length - at);
    const std::span<std::byte> window(buffer.data(), count);
    HARTONOMOUS_CHECK(source.read(offset + at, window));
    on_unit(offset + at, core::Bytes(window));
    checkpoint.reached(count);
  }
  return Status::ok();
}

ContentHash file_hash(const PlannedFile& file) {
  core::hash::ContentHasher hasher(core::hash::Kind::kFile);
  for (const Piece& piece : file.pieces) {
    hasher.update_u32(piece.tensor >= 0 ? 1 : 0).update_u64(piece.length).update(piece.hash.bytes);
  }
  return hasher.finish();
}

Status hash_pieces(PlannedFile& file, std::span<const core::format::Segment> segments,
                   core::Checkpoint& checkpoint) {
  std::vector<std::byte> buffer(core::block::kMaxBlock);
  core::ByteSource& source = *file.upload->source;
  for (const core::format::Segment& segment : segments) {
    if (segment.tensor < 0) {
      HARTONOMOUS_CHECK(
          scan(source, segment.offset, segment.length, core::block::kMaxBlock, buffer, checkpoint,
               [&](std::uint64_t offset, core::Bytes bytes) {
                 file.pieces.push_back({offset, bytes.size(), -1, core::hash::block_hash(bytes)});
               }));
      continue;
    }
    PlannedTensor& tensor = file.tensors[static_cast<std::size_t>(segment.tensor)];
    auto hasher = core::hash::tensor_hasher(core::tensor::info(tensor.dtype).name, tensor.shape);
    core::block::SketchSampler sampler(tensor.dtype, segment.length);
    HARTONOMOUS_CHECK(scan(source, segment.offset, segment.length,
                           block_length(tensor.dtype, tensor.shape), buffer, checkpoint,
                           [&](std::uint64_t offset, core::Bytes bytes) {
                             hasher.update(bytes);
                             sampler.add(offset - segment.offset, bytes);
                             tensor.blocks.push_back({core::hash::block_hash(bytes),
                                                      static_cast<std::uint32_t>(bytes.size())});
                           }));
    tensor.hash = hasher.finish();
    tensor.elements = sampler.elements();
    tensor.sketch = sampler.finish();
    file.pieces.push_back({segment.offset, segment.length, segment.tensor, tensor.hash});
  }
  return Status::ok();
}

}  // namespace

Result<core::format::FileLayout> file_layout(const UploadFile& upload, bool may_be_opaque,
                                             const core::format::Limits& limits,
                                             core::Checkpoint& checkpoint, bool& is_opaque) {
  is_opaque = false;
  auto detected = core::format::detect(*upload.source, limits, checkpoint);
  if (!detected.is_ok()) {
    const Code code = detected.status().code();
    const bool is_unknown = code == Code::kMalformed || code == Code::kUnsupported;
    if (!may_be_opaque || !is_unknown || names_a_model(upload.path)) {
      return std::move(detected).status();
    }
    is_opaque = true;
    return core::format::FileLayout{};
  }
  return core::format::parse(*upload.source, limits, checkpoint);
}

std::string metadata_json(const core::format::Metadata& metadata) {
  return core::format::to_json(metadata, {.max_array_elements = kMetadataArray});
}

std::uint64_t block_length(core::tensor::DType dtype, std::span<const std::uint64_t> shape) {
  if (shape.empty()) return core::block::kMaxBlock;
  const auto row = core::tensor::byte_length(dtype, shape.last(1));
  return core::block::block_length(row.value_or(0));
}

Result<PlannedFile> plan_file(const UploadFile& upload, bool may_be_opaque,
                              const core::format::Limits& limits, core::Checkpoint& checkpoint) {
  bool is_opaque = false;
  HARTONOMOUS_TRY(core::format::FileLayout layout,
                  file_layout(upload, may_be_opaque, limits, checkpoint, is_opaque));
  PlannedFile file{};
  file.upload = &upload;
  file.format = is_opaque ? "opaque" : core::format::name(layout.format);
  file.metadata = is_opaque ? "{}" : metadata_json(layout.metadata);
  file.warnings = std::move(layout.warnings);
  // Tensors whose bytes are not their own stretch of the file stay literal bytes.
  const std::size_t kept = std::erase_if(layout.tensors, [](const core::format::TensorEntry& t) {
    return t.placement != core::format::Placement::kInPlace;
  });
  if (kept > 0) {
    file.warnings.push_back(std::to_string(kept) +
                            " tensors are kept within the file only: they are compressed, "
                            "strided, views of others, or in other files.");
  }
  std::vector<core::format::Segment> segments;
  if (!is_opaque) {
    segments = core::format::segments(layout, upload.source->size());
  } else if (upload.source->size() > 0) {
    segments.push_back({0, upload.source->size(), -1});
  }
  for (core::format::TensorEntry& entry : layout.tensors) {
    // The hash of an empty tensor; others are overwritten by the scan.
    const ContentHash empty =
        core::hash::tensor_hasher(core::tensor::info(entry.dtype).name, entry.shape).finish();
    file.tensors.push_back(
        {std::move(entry.name), entry.dtype, std::move(entry.shape), entry.byte_length, empty, {}});
  }
  HARTONOMOUS_CHECK(hash_pieces(file, segments, checkpoint));
  file.hash = file_hash(file);
  return file;
}

ContentHash manifest_hash(std::vector<ManifestEntry> entries) {
  std::ranges::sort(entries, {}, &ManifestEntry::path);
  core::hash::ContentHasher hasher(core::hash::Kind::kManifest);
  for (const ManifestEntry& entry : entries) {
    hasher.update_u32(static_cast<std::uint32_t>(entry.path.size()))
        .update(core::as_bytes(entry.path))
        .update(entry.hash.bytes);
  }
  return hasher.finish();
}

}  // namespace hartonomous::store
