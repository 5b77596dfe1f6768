// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/zip/record.hpp"

namespace hartonomous::core::format::zip {

Result<std::string> read_text(ByteSource& source, std::uint64_t offset, std::uint64_t count) {
  std::string text(count, '\0');
  HARTONOMOUS_CHECK(source.read(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

}  // namespace hartonomous::core::format::zip
