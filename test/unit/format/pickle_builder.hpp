// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds pickles operation by operation, and PyTorch's files around them, for tests.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "zip_builder.hpp"

namespace hartonomous::test::pickle {

using namespace std::string_literals;

inline std::string text(std::string_view value) {
  return "X"s + u32(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
inline std::string integer(std::int32_t value) { return "J"s + i32(value); }
inline std::string global(std::string_view module, std::string_view name) {
  return "c"s + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string tuple(std::string_view items) { return "("s + std::string(items) + "t"; }
inline std::string integers(const std::vector<std::int32_t>& values) {
  std::string items;
  for (const std::int32_t value : values) items += integer(value);
  return tuple(items);
}
inline std::string dict(std::string_view items) { return "}("s + std::string(items) + "u"; }
inline std::string call(const std::string& function, const std::string& arguments) {
  return function + arguments + "R";
}
inline std::string whole(const std::string& body) { return "\x80\x02"s + body + "."; }

inline const std::string kOrderedDict = call(global("collections", "OrderedDict"), ")");

inline std::string storage(std::string_view type, std::string_view key, std::int32_t count,
                           std::string_view module = "torch", std::string_view more = "") {
  return tuple(text("storage") + global(module, type) + text(key) + text("cpu") + integer(count) +
               std::string(more)) +
         "Q";
}
inline std::string tensor(const std::string& from, std::int32_t offset,
                          const std::vector<std::int32_t>& size,
                          const std::vector<std::int32_t>& stride) {
  return call(
      global("torch._utils", "_rebuild_tensor_v2"),
      tuple(from + integer(offset) + integers(size) + integers(stride) + "\x89" + kOrderedDict));
}
inline std::string parameter(const std::string& of) {
  return call(global("torch._utils", "_rebuild_parameter"), tuple(of + "\x88" + kOrderedDict));
}

// An archive with that pickle and those storages, keys "0", "1", ...
inline std::vector<ZipEntry> entries(const std::string& pickle,
                                     const std::vector<std::string>& storages) {
  std::vector<ZipEntry> out = {{"m/data.pkl", pickle}, {"m/byteorder", "little"}};
  for (std::size_t i = 0; i < storages.size(); ++i) {
    out.push_back({"m/data/" + std::to_string(i), storages[i]});
  }
  out.push_back({"m/version", "3\n"});
  return out;
}
inline std::string archive(const std::string& pickle, const std::vector<std::string>& storages) {
  return zip_file(entries(pickle, storages));
}

// A legacy stream: that object, then the storages by key, each with its count of elements.
struct Stored {
  std::string key, bytes;
  std::uint64_t count;
};
inline const std::string kMagic = whole("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"s);
inline const std::string kMachine =
    whole(dict(text("protocol_version") + integer(1001) + text("little_endian") + "\x88"));
inline std::string stream(const std::string& object, const std::vector<Stored>& storages) {
  std::string keys = "](", data;
  for (const Stored& stored : storages) {
    keys += text(stored.key);
    data += u64(stored.count) + stored.bytes;
  }
  return kMagic + whole(integer(1001)) + kMachine + object + whole(keys + "e") + data;
}

}  // namespace hartonomous::test::pickle
