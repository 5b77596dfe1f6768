// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// ids NAME FILE [parse]: the tokenizer of a file for test/interop/tokenizers. Reads texts from
// standard input, each as a 32-bit length and its bytes, and writes each one's ids as a 32-bit
// count and 32-bit numbers, without special tokens around them. NAME is what the file is taken for.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"

using namespace hartonomous::core;

namespace {

NoCheckpoint checkpoint;

Result<std::unique_ptr<tokenizer::Tokenizer>> open(const std::string& name,
                                                   const std::string& bytes) {
  if (name == "gguf") {
    MemorySource source(as_bytes(bytes));
    HARTONOMOUS_TRY(const auto layout, format::parse(source, {}, checkpoint));
    return tokenizer::open_tokenizer({&layout.metadata, {}}, checkpoint);
  }
  const tokenizer::NamedFile file{name, bytes};
  return tokenizer::open_tokenizer({nullptr, {&file, 1}}, checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ifstream file(argv[2], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto opened = open(argv[1], bytes);
  if (!opened.is_ok()) {
    std::fprintf(stderr, "%s\n", opened.status().message().c_str());
    return 1;
  }
  std::uint32_t length = 0;
  std::string text;
  std::vector<tokenizer::TokenId> ids;
  while (std::fread(&length, sizeof length, 1, stdin) == 1) {
    text.resize(length);
    if (std::fread(text.data(), 1, length, stdin) != length) return 1;
    ids.clear();
    if (!opened.value()->encode(text, {false, argc > 3}, ids, checkpoint).is_ok()) return 1;
    const auto count = static_cast<std::uint32_t>(ids.size());
    std::fwrite(&count, sizeof count, 1, stdout);
    std::fwrite(ids.data(), sizeof(tokenizer::TokenId), count, stdout);
  }
}
