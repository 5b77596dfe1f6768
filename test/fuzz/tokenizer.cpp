// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The first line of the input names a tokenizer's file (gguf, tokenizer.json, tokenizer.model,
// vocab.txt, vocab.json), the second is a text to encode; the rest
// is the file, for vocab.json followed by a line of three dashes and merges.txt.
#include <algorithm>

#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous::core;
using hartonomous::fuzz::require;
using tokenizer::TokenId;

NoCheckpoint checkpoint;

std::string_view take_line(std::string_view& input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view line = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

Result<std::unique_ptr<tokenizer::Tokenizer>> open(std::string_view name, std::string_view file) {
  if (name == "gguf") {
    MemorySource source(as_bytes(file));
    HARTONOMOUS_TRY(const auto layout, format::parse(source, {}, checkpoint));
    return tokenizer::open_tokenizer({&layout.metadata, {}}, checkpoint);
  }
  constexpr std::string_view kSeparator = "\n---\n";
  const std::size_t at = file.find(kSeparator);
  const tokenizer::NamedFile files[] = {
      {name, name == "vocab.json" ? file.substr(0, at) : file},
      {"merges.txt", at == file.npos ? std::string_view() : file.substr(at + kSeparator.size())}};
  return tokenizer::open_tokenizer({nullptr, files}, checkpoint);
}

// Ids exist, come again, and stand for something.
void check(tokenizer::Tokenizer& with, std::string_view text) {
  for (const bool parse : {false, true}) {
    std::vector<TokenId> first, again;
    require(with.encode(text, {true, parse}, first, checkpoint).is_ok());
    require(with.encode(text, {true, parse}, again, checkpoint).is_ok());
    require(first == again);
    std::string joined, decoded;
    for (const TokenId id : first) {
      require(id < with.size());
      require(with.append(id, true, joined).is_ok());
    }
    require(with.decode(first, true, decoded).is_ok());
    require(std::string_view(joined).ends_with(decoded));
    require(joined.size() - decoded.size() <= 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = hartonomous::fuzz::text_of(data, size);
  const std::string_view name = take_line(input), text = take_line(input);
  const auto opened = open(name, input);
  if (!opened.is_ok()) {
    if (opened.status().code() != Code::kNotFound) hartonomous::fuzz::check_refusal(opened.status());
    return 0;
  }
  if (opened.value()->size() > 10'000) return 0;  // numbers, not bytes: each costs memory
  check(*opened.value(), text);
  return 0;
}
