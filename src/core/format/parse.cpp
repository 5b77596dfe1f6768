// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/parse.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "core/format/gguf/reader.hpp"
#include "core/format/numpy/reader.hpp"
#include "core/format/pytorch/reader.hpp"
#include "core/format/safetensors/reader.hpp"

namespace hartonomous::core::format {

namespace {

// An archive and a stream have nothing in common but their contents.
Result<FileLayout> read_pytorch(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  std::string head(std::min<std::uint64_t>(source.size(), 4), '\0');
  HARTONOMOUS_CHECK(source.read(0, std::as_writable_bytes(std::span(head))));
  return head.starts_with("PK") ? pytorch::read_archive(source, limits, checkpoint)
                                : pytorch::read_stream(source, limits, checkpoint);
}

}  // namespace

Result<FileLayout> parse(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const Format format, detect(source, limits, checkpoint));
  switch (format) {
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
  }
  return Status(Code::kUnsupported, "format has no reader");
}

}  // namespace hartonomous::core::format
