// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/ingest_plan.hpp"

#include <algorithm>
#include <cstring>

#include "core/block/content_cut.hpp"
#include "core/format/external.hpp"
#include "core/hash/crc32c.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Result;
using core::Status;

constexpr std::size_t kMetadataArray = 64;  // longer arrays are given by type and length

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

// Cuts literal bytes into blocks where their content says.
Status hash_literals(PlannedFile& file, const core::format::Segment& segment,
                     std::vector<std::byte>& buffer, core::Checkpoint& checkpoint) {
  std::uint64_t read = 0;  // bytes of the segment that were read
  std::size_t held = 0;    // of them, those at the start of the buffer that have no block yet
  while (held > 0 || read < segment.length) {
    const auto more = static_cast<std::size_t>(
        std::min<std::uint64_t>(buffer.size() - held, segment.length - read));
    const std::span<std::byte> window(buffer.data() + held, more);
    HARTONOMOUS_CHECK(file.upload->source->read(segment.offset + read, window));
    read += more;
    held += more;
    const core::Bytes left(buffer.data(), held);
    const core::Bytes block = left.first(core::block::content_cut(left));
    file.pieces.push_back(
        {segment.offset + read - held, block.size(), -1, core::hash::block_hash(block)});
    held -= block.size();
    std::memmove(buffer.data(), buffer.data() + block.size(), held);
    checkpoint.reached(block.size());
  }
  return Status::ok();
}

FileRuns runs_of(std::span<const Piece> pieces) {
  FileHasher hasher;
  for (const Piece& piece : pieces) hasher.add(piece.tensor >= 0, piece.length, piece.hash.bytes);
  return hasher.finish();
}

Status hash_pieces(PlannedFile& file, std::span<const core::format::Segment> segments,
                   core::Checkpoint& checkpoint) {
  std::vector<std::byte> buffer(core::block::kMaxBlock);
  core::ByteSource& source = *file.upload->source;
  for (const core::format::Segment& segment : segments) {
    if (segment.tensor < 0) {
      HARTONOMOUS_CHECK(hash_literals(file, segment, buffer, checkpoint));
      continue;
    }
    PlannedTensor& tensor = file.tensors[static_cast<std::size_t>(segment.tensor)];
    core::hash::Crc32c crc;
    auto hasher = core::hash::tensor_hasher(core::tensor::info(tensor.dtype).name, tensor.shape);
    core::block::SketchSampler sampler(tensor.dtype, segment.length);
    HARTONOMOUS_CHECK(scan(source, segment.offset, segment.length,
                           block_length(tensor.dtype, tensor.shape), buffer, checkpoint,
                           [&](std::uint64_t offset, core::Bytes bytes) {
                             hasher.update(bytes);
                             sampler.add(offset - segment.offset, bytes);
                             if (tensor.masked_crc) crc.update(bytes);
                             tensor.blocks.push_back({core::hash::block_hash(bytes),
                                                      static_cast<std::uint32_t>(bytes.size())});
                           }));
    if (tensor.masked_crc && core::hash::masked_crc(crc.value()) != *tensor.masked_crc) {
      return {Code::kMalformed, "tensor " + core::quoted(tensor.name) +
                                    " has other bytes than its checksum was made of"};
    }
    tensor.hash = hasher.finish();
    tensor.elements = sampler.elements();
    tensor.sketch = sampler.finish();
    file.pieces.push_back({segment.offset, segment.length, segment.tensor, tensor.hash});
  }
  return Status::ok();
}

Result<PlannedFile> plan_file(const UploadFile& upload, core::format::FileLayout layout,
                              core::Checkpoint& checkpoint) {
  PlannedFile file{};
  file.upload = &upload;
  file.format = core::format::name(layout.format);
  file.metadata = metadata_json(layout.metadata);
  file.split = core::format::gguf::split_part(layout);
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
  const auto segments = core::format::segments(layout, upload.source->size());
  for (core::format::TensorEntry& entry : layout.tensors) {
    // The hash of an empty tensor; others are overwritten by the scan.
    const ContentHash empty =
        core::hash::tensor_hasher(core::tensor::info(entry.dtype).name, entry.shape).finish();
    file.tensors.push_back({std::move(entry.name),
                            entry.dtype,
                            std::move(entry.shape),
                            entry.byte_length,
                            empty,
                            {},
                            entry.masked_crc});
  }
  HARTONOMOUS_CHECK(hash_pieces(file, segments, checkpoint));
  file.runs = runs_of(file.pieces);
  file.hash = file.runs.file_hash();
  return file;
}

}  // namespace

Result<core::format::FileLayout> file_layout(const UploadFile& upload,
                                             const core::format::Limits& limits,
                                             core::Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(core::format::FileLayout layout,
                  core::format::parse(*upload.source, limits, checkpoint));
  if (core::format::is_misnamed(upload.path, layout.format)) {
    layout.warnings.push_back(
        "It is not what its name says: its content is of no model format that is known here. It is "
        "kept as it is, and no tensors are read from it.");
  }
  return layout;
}

std::string metadata_json(const core::format::Metadata& metadata) {
  return core::format::to_json(metadata, {.max_array_elements = kMetadataArray});
}

std::uint64_t block_length(core::tensor::DType dtype, std::span<const std::uint64_t> shape) {
  if (shape.empty()) return core::block::kMaxBlock;
  const auto row = core::tensor::byte_length(dtype, shape.last(1));
  return core::block::block_length(row.value_or(0));
}

Result<std::vector<PlannedFile>> plan_files(std::span<const UploadFile> uploads,
                                            const core::format::Limits& limits,
                                            core::Checkpoint& checkpoint) {
  std::vector<core::format::NamedLayout> layouts;
  for (const UploadFile& upload : uploads) {
    HARTONOMOUS_TRY(core::format::FileLayout layout, file_layout(upload, limits, checkpoint));
    layouts.push_back({upload.path, upload.source->size(), std::move(layout)});
  }
  HARTONOMOUS_CHECK(core::format::place_external(layouts));
  std::vector<PlannedFile> planned;
  for (std::size_t i = 0; i < uploads.size(); ++i) {
    HARTONOMOUS_TRY(PlannedFile file,
                    plan_file(uploads[i], std::move(layouts[i].layout), checkpoint));
    planned.push_back(std::move(file));
  }
  return planned;
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
