// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds model files byte by byte, right or wrong, for tests.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/format/parse.hpp"

namespace hartonomous::test {

template <class T>
std::string image(T value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}
inline std::string u8(std::uint8_t value) { return image(value); }
inline std::string u32(std::uint32_t value) { return image(value); }
inline std::string u64(std::uint64_t value) { return image(value); }
inline std::string i32(std::int32_t value) { return image(value); }
inline std::string f32(float value) { return image(value); }
inline std::string text64(std::string_view text) { return u64(text.size()) + std::string(text); }

inline std::string safetensors(std::string_view json, std::string_view data = {}) {
  return u64(json.size()) + std::string(json) + std::string(data);
}

// A key-value entry of GGUF: the key, the value type's id, the encoded value.
inline std::string entry(std::string_view key, std::uint32_t type, std::string_view value) {
  return text64(key) + u32(type) + std::string(value);
}
inline std::string array(std::uint32_t type, std::uint64_t count, std::string_view elements) {
  return u32(type) + u64(count) + std::string(elements);
}

struct Gguf {
  std::uint32_t version = 3;
  std::uint64_t tensor_count = 0, entry_count = 0;
  std::string entries, tensors, data;
  std::uint64_t alignment = 32;

  Gguf& add(std::string_view key, std::uint32_t type, std::string_view value) {
    entries += entry(key, type, value);
    ++entry_count;
    return *this;
  }
  // Dimensions innermost first, as the file has them.
  Gguf& tensor(std::string_view name, std::initializer_list<std::uint64_t> ne, std::uint32_t type,
               std::uint64_t offset) {
    tensors += text64(name) + u32(static_cast<std::uint32_t>(ne.size()));
    for (const std::uint64_t n : ne) tensors += u64(n);
    tensors += u32(type) + u64(offset);
    ++tensor_count;
    return *this;
  }
  Gguf& bytes(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) data += static_cast<char>(i * 7 + 1);
    return *this;
  }
  std::string file() const {
    std::string out =
        "GGUF" + u32(version) + u64(tensor_count) + u64(entry_count) + entries + tensors;
    if (tensor_count > 0) out.resize((out.size() + alignment - 1) / alignment * alignment, '\0');
    return out + data;
  }
};

inline core::Result<core::format::FileLayout> parse(std::string_view file,
                                                    const core::format::Limits& limits = {}) {
  core::MemorySource source(core::as_bytes(file));
  core::NoCheckpoint checkpoint;
  return core::format::parse(source, limits, checkpoint);
}

inline core::Code code_of(std::string_view file, const core::format::Limits& limits = {}) {
  const auto result = parse(file, limits);
  return result.is_ok() ? core::Code::kOk : result.status().code();
}

// Whether segments() covers [0, file size) exactly once, in order, and agrees with the tensors.
inline bool segments_cover(const core::format::FileLayout& layout, std::uint64_t file_size) {
  std::uint64_t at = 0;
  std::size_t tensors = 0;
  for (const auto& segment : core::format::segments(layout, file_size)) {
    if (segment.offset != at || segment.length == 0) return false;
    at += segment.length;
    if (segment.tensor < 0) continue;
    ++tensors;
    const auto& tensor = layout.tensors[static_cast<std::size_t>(segment.tensor)];
    if (tensor.offset != segment.offset || tensor.byte_length != segment.length) return false;
  }
  for (const auto& tensor : layout.tensors) {
    tensors -= tensor.placement == core::format::Placement::kInPlace && tensor.byte_length > 0;
  }
  return at == file_size && tensors == 0;
}

}  // namespace hartonomous::test
