// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tokenizers opened from files on disk, for tests.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/image.hpp"
#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "golden.hpp"

namespace hartonomous::test {

using TokenizerPointer = std::unique_ptr<core::tokenizer::Tokenizer>;
using Ids = std::vector<core::tokenizer::TokenId>;

// A tokenizer as sessions have it: from the image of one.
inline TokenizerPointer from_image(const std::vector<std::byte>& image) {
  const std::size_t room = image.size() + core::kImageAlignment;
  const std::shared_ptr<std::byte> keeper(
      static_cast<std::byte*>(::operator new(room, std::align_val_t(core::kImageAlignment))),
      [](std::byte* bytes) {
        ::operator delete(bytes, std::align_val_t(core::kImageAlignment));
      });
  std::ranges::copy(image, keeper.get());
  return core::tokenizer::tokenizer_in({keeper.get(), image.size()}, keeper);
}

inline core::Result<TokenizerPointer> open_bytes(const std::string& name,
                                                 const std::string& bytes) {
  core::NoCheckpoint checkpoint;
  if (bytes.starts_with("GGUF")) {
    core::MemorySource source(core::as_bytes(bytes));
    HARTONOMOUS_TRY(const auto layout, core::format::parse(source, {}, checkpoint));
    return core::tokenizer::open_tokenizer({&layout.metadata, {}}, checkpoint);
  }
  const core::tokenizer::NamedFile file{name, bytes};
  return core::tokenizer::open_tokenizer({nullptr, {&file, 1}}, checkpoint);
}

// The tokenizer of one file, GGUF or another, by way of its image. Tests end here if it cannot be had.
inline TokenizerPointer open_file(const std::filesystem::path& path, const std::string& name = "") {
  auto opened = open_bytes(name.empty() ? path.filename().string() : name, file_contents(path));
  INFO(path << ": "
            << (opened.is_ok() ? "" : opened.status().message() + " " + opened.status().detail()));
  REQUIRE(opened.is_ok());
  auto again = from_image(opened.value()->image());
  REQUIRE(again != nullptr);
  return again;
}

inline Ids encode(core::tokenizer::Tokenizer& tokenizer, std::string_view text,
                  core::tokenizer::EncodeOptions options = {false, false}) {
  core::NoCheckpoint checkpoint;
  Ids ids;
  REQUIRE(tokenizer.encode(text, options, ids, checkpoint).is_ok());
  return ids;
}

inline std::string decode(const core::tokenizer::Tokenizer& tokenizer, const Ids& ids,
                          bool show_special = false) {
  std::string text;
  REQUIRE(tokenizer.decode(ids, show_special, text).is_ok());
  return text;
}

// A text with the ids that llama.cpp gave for it: FILE.inp and FILE.out beside a vocabulary.
inline std::vector<GoldenCase> llama_cases(const std::filesystem::path& gguf) {
  constexpr std::string_view kEnd = "\n__ggml_vocab_test__\n";
  const std::string texts = file_contents(gguf.string() + ".inp");
  const std::string lines = file_contents(gguf.string() + ".out");
  std::vector<GoldenCase> cases;
  std::size_t at = 0, line = 0;
  while (at < texts.size()) {
    const std::size_t end = texts.find(kEnd, at);
    GoldenCase& one = cases.emplace_back();
    one.text = texts.substr(at, end - at);
    const std::size_t line_end = std::min(lines.find('\n', line), lines.size());
    const std::string ids = lines.substr(line, line_end - line);
    for (std::size_t i = 0; i < ids.size();) {
      if (ids[i] == ' ') {
        ++i;
        continue;
      }
      std::size_t used = 0;
      one.ids.push_back(static_cast<core::tokenizer::TokenId>(std::stoul(ids.substr(i), &used)));
      i += used;
    }
    line = line_end + 1;
    if (end == texts.npos) break;
    at = end + kEnd.size();
  }
  return cases;
}

}  // namespace hartonomous::test
