// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/parse.hpp"

#include "core/format/gguf/reader.hpp"
#include "core/format/safetensors/reader.hpp"

namespace hartonomous::core::format {

Result<FileLayout> parse(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const Format format, detect(source));
  switch (format) {
    case Format::kSafetensors:
      return safetensors::read(source, limits, checkpoint);
    case Format::kGguf:
      return gguf::read(source, limits, checkpoint);
  }
  return Status(Code::kUnsupported, "format has no reader");
}

}  // namespace hartonomous::core::format
