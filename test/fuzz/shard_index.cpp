// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/safetensors/shard_index.hpp"
#include "properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  core::MemorySource source(core::as_bytes(fuzz::text_of(data, size)));
  core::NoCheckpoint checkpoint;
  const auto result = core::format::safetensors::read_shard_index(source, {}, checkpoint);
  if (!result.is_ok()) {
    fuzz::check_refusal(result.status());
    return 0;
  }
  for (const auto& mapping : result.value().weight_map) {
    const std::string& file = result.value().files.at(mapping.file);
    fuzz::require(!file.empty() && file != ".." && file.find_first_of("/\\") == file.npos);
  }
  return 0;
}
