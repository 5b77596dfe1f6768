// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// interop_family_files DIRECTORY: writes the small random model of every family that has GGUF
// files as DIRECTORY/NAME.gguf, and prints the paths.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "format/file_builder.hpp"
#include "running/family_models.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::test;

void add(Gguf& file, const core::format::MetadataEntry& entry) {
  constexpr std::uint32_t kU32 = 4, kF32 = 6, kBool = 7, kString = 8;
  if (const auto* text = std::get_if<std::string>(&entry.value)) {
    file.add(entry.key, kString, text64(*text));
  } else if (const auto* number = std::get_if<std::uint64_t>(&entry.value)) {
    file.add(entry.key, kU32, u32(static_cast<std::uint32_t>(*number)));
  } else if (const auto* real = std::get_if<float>(&entry.value)) {
    file.add(entry.key, kF32, f32(*real));
  } else if (const auto* flag = std::get_if<bool>(&entry.value)) {
    file.add(entry.key, kBool, u8(*flag ? 1 : 0));
  }
}

void add(Gguf& file, const std::string& name, const Table& table) {
  file.tensors += text64(name) + u32(static_cast<std::uint32_t>(table.shape.size()));
  for (auto size = table.shape.rbegin(); size != table.shape.rend(); ++size) {
    file.tensors += u64(*size);
  }
  file.tensors += u32(0) + u64(file.data.size());  // F32
  ++file.tensor_count;
  file.data.append(reinterpret_cast<const char*>(table.values.data()),
                   table.values.size() * sizeof(float));
  file.data.resize((file.data.size() + 31) / 32 * 32, '\0');
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s DIRECTORY\n", arguments[0]);
    return 2;
  }
  for (const FamilyModel& family : family_models()) {
    if (!family.twin) continue;
    Gguf file;
    for (const auto& entry : family.twin->metadata.entries()) add(file, entry);
    const std::string& architecture = *family.twin->metadata.find_string("general.architecture");
    file.add(architecture + ".vocab_size", 4, u32(kVocabulary));
    file.add("tokenizer.ggml.model", 8, text64("no_vocab"));
    file.add("tokenizer.ggml.token_type_count", 4, u32(2));
    for (const auto& [name, table] : family.twin->tables) add(file, name, table);
    const auto path = std::filesystem::path(arguments[1]) / (family.name + ".gguf");
    std::ofstream(path, std::ios::binary) << file.file();
    std::printf("%s\n", path.c_str());
  }
}
