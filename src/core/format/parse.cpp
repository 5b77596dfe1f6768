// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/parse.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "core/format/gguf/reader.hpp"
#include "core/format/hdf5/reader.hpp"
#include "core/format/keras/reader.hpp"
#include "core/format/numpy/reader.hpp"
#include "core/format/onnx/reader.hpp"
#include "core/format/pytorch/reader.hpp"
#include "core/format/safetensors/reader.hpp"
#include "core/format/tensorflow/reader.hpp"

namespace hartonomous::core::format {

namespace {

// An archive and a stream have nothing in common but their contents.
Result<FileLayout> read_pytorch(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  std::string head(std::min<std::uint64_t>(source.size(), 4), '\0');
  HARTONOMOUS_CHECK(source.read(0, std::as_writable_bytes(std::span(head))));
  return head.starts_with("PK") ? pytorch::read_archive(source, limits, checkpoint)
                                : pytorch::read_stream(source, limits, checkpoint);
}

FileLayout opaque_layout(const Detection& detection) {
  FileLayout layout{Format::kOpaque, {}, {}, {}};
  if (detection.kind != nullptr) {
    layout.warnings.push_back("This is " + std::string(detection.kind) +
                              "; it is kept as it is, and no tensors are read from it.");
  }
  return layout;
}

// Who names a file so believes it to be of that format.
constexpr std::string_view kFormatSuffixes[] = {".safetensors", ".gguf", ".onnx", ".npy",
                                                ".npz",         ".h5",   ".hdf5"};

}  // namespace

Result<FileLayout> parse(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const Detection detection, detect(source, limits, checkpoint));
  switch (detection.format) {
    case Format::kSafetensors:
      return safetensors::read(source, limits, checkpoint);
    case Format::kGguf:
      return gguf::read(source, limits, checkpoint);
    case Format::kNumpy:
      return numpy::read(source, limits, checkpoint);
    case Format::kNpz:
      return numpy::read_npz(source, limits, checkpoint);
    case Format::kPytorch:
      return read_pytorch(source, limits, checkpoint);
    case Format::kOnnx:
      return onnx::read(source, limits, checkpoint);
    case Format::kTensorflow:
      return tensorflow::read(source, limits, checkpoint);
    case Format::kHdf5:
      return hdf5::read(source, limits, checkpoint);
    case Format::kKeras:
      return keras::read(source, limits, checkpoint);
    case Format::kOpaque:
      break;
  }
  return opaque_layout(detection);
}

bool is_misnamed(std::string_view path, Format format) noexcept {
  return format == Format::kOpaque &&
         std::ranges::any_of(kFormatSuffixes, [&](auto suffix) { return path.ends_with(suffix); });
}

}  // namespace hartonomous::core::format
