// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "file_builder.hpp"
#include "zip_builder.hpp"

using namespace hartonomous::test;
using namespace std::string_literals;
using hartonomous::core::Code;
using hartonomous::core::format::Format;

namespace {

hartonomous::core::Result<hartonomous::core::format::Detection> detect(const std::string& file) {
  hartonomous::core::MemorySource source(hartonomous::core::as_bytes(file));
  hartonomous::core::NoCheckpoint checkpoint;
  return hartonomous::core::format::detect(source, {}, checkpoint);
}

std::string safetensors_with(const std::string& data) {
  return safetensors(R"({"__metadata__":{"note":"%PDF-1.4"},"a":{"dtype":"U8","shape":[)" +
                         std::to_string(data.size()) + R"(],"data_offsets":[0,)" +
                         std::to_string(data.size()) + "]}}",
                     data);
}

// A ZIP end-of-directory record with one directory entry header before it.
std::string zip_end(const std::string& comment) {
  const std::string directory = "PK\x01\x02"s + std::string(42, '\0');
  return directory + "PK\x05\x06"s + std::string(8, '\0') +
         u32(static_cast<std::uint32_t>(directory.size())) + u32(0) +
         image(static_cast<std::uint16_t>(comment.size())) + comment;
}

}  // namespace

TEST_CASE("content decides the format") {
  CHECK(detect(Gguf().file()).value().format == Format::kGguf);
  CHECK(detect(safetensors("{}")).value().format == Format::kSafetensors);
}

TEST_CASE("known kinds that are not read are opaque, and named") {
  const auto padded = [](std::string head) { return head + std::string(600 - head.size(), '\1'); };
  std::string tar(1024, '\0');
  tar.replace(0, 4, "name");
  std::uint32_t sum = 8 * ' ';
  for (const char c : tar) sum += static_cast<unsigned char>(c);
  char field[9];
  std::snprintf(field, sizeof field, "%06o", sum);
  tar.replace(148, 7, field, 7);
  for (const auto& [file, word] : {
           std::pair(padded("lmgg"), "GGML"),
           {padded("fmgg"), "GGMF"},
           {padded("tjgg"), "GGJT"},
           {padded("algg"), "GGLA"},
           {zip_file({{"readme.txt", "hello"}}), "ZIP"},
           {padded("7z\xbc\xaf\x27\x1c"), "7z"},
           {padded("\x1f\x8b"), "gzip"},
           {padded("BZh9"), "bzip2"},
           {padded("\xfd"
                   "7zXZ\x00"s),
            "xz"},
           {padded("\x28\xb5\x2f\xfd"), "zstd"},
           {padded("\x80\x04\x95"), "pickle"},
           {padded("PYTORCH1"), "PyTorch"},
           {padded("\x1c\0\0\0TFL3"s), "TensorFlow Lite"},
           {tar, "tar"},
           {padded("\x08\x01\x12\x03"), "SavedModel"},
           {padded("\x0a\x0e\x0a\x05<unk>"), "SentencePiece"},
       }) {
    INFO(word);
    const auto layout = parse(file).value();
    CHECK(layout.format == Format::kOpaque);
    REQUIRE(layout.warnings.size() == 1);
    CHECK(layout.warnings[0].find(word) != std::string::npos);
    CHECK(segments_cover(layout, file.size()));
  }
}

TEST_CASE("what is nothing known is opaque, and silently so") {
  for (const auto& file : {""s, "G"s, "GGU"s, "hello, world"s, std::string(5000, '\0'),
                           std::string(5000, 'x'), "\0\0\0\0\0\0\0\0\0\0"s, "{\"a\": 1}"s,
                           "const a {\"x\": 1}"s, "let x = {\"abc\": [1, 2, 3]};"s}) {
    INFO(file);
    const auto layout = parse(file).value();
    CHECK(layout.format == Format::kOpaque);
    CHECK(layout.warnings.empty());
  }
}

TEST_CASE("a name claims a format, and never makes one") {
  using hartonomous::core::format::is_misnamed;
  CHECK_FALSE(is_misnamed("model.gguf", Format::kSafetensors));
  CHECK_FALSE(is_misnamed("notes.txt", Format::kOpaque));
  CHECK_FALSE(is_misnamed("gguf", Format::kOpaque));
  for (const char* name : {"m.safetensors", "m.gguf", "m.onnx", "m.npy", "m.npz"}) {
    CHECK(is_misnamed(name, Format::kOpaque));
  }
}

TEST_CASE("a short signature does not hide a safetensors header of that length") {
  // 0x8b1f bytes of header: the first two bytes of the file are gzip's.
  const std::string json = R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})";
  const std::string file = safetensors(json + std::string(0x8b1f - json.size(), ' '));
  REQUIRE(file.starts_with("\x1f\x8b"));
  CHECK(code_of(file) == Code::kOk);
}

TEST_CASE("files that are two things at once are refused") {
  CHECK(code_of(safetensors_with("harmless")) == Code::kOk);
  CHECK(code_of(safetensors_with(zip_end(""))) == Code::kMalformed);
  CHECK(code_of(safetensors_with(zip_end("comment PK\5\6"))) == Code::kMalformed);
  CHECK(code_of(safetensors_with(zip_end("") + "x")) == Code::kOk);  // not at the end: just bytes
  CHECK(code_of(safetensors_with("%%EOF\n")) == Code::kMalformed);
  CHECK(code_of(Gguf().tensor("a", {512}, 24, 0).bytes(512 - zip_end("").size()).file() +
                zip_end("")) == Code::kMalformed);
  std::string hdf5 = safetensors_with(std::string(5000, 'x'));
  hdf5.replace(1024, 8, "\x89HDF\r\n\x1a\n");
  CHECK(code_of(hdf5) == Code::kMalformed);
}
