// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/text_encoder.hpp"
#include "core/cpe/token_atoms.hpp"
#include "core/text/expansion.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous::core;
using hartonomous::fuzz::require;

NoCheckpoint checkpoint;

// Each token's atom stands for its bytes.
void check_atoms(const cpe::VocabularyContent& content, const cpe::TokenParts& parts) {
  text::AtomGraph graph;
  cpe::TokenAtoms atoms(content, parts, graph);
  for (std::uint32_t id = 0; id < content.tokens.size(); ++id) {
    const text::NodeIndex atom = atoms.atom(id);
    atoms.word(id);
    if (atom == cpe::kNoNode) continue;
    std::string bytes(content.tokens[id].bytes.size(), '\0');
    require(text::expand(graph.view(), atom, bytes, checkpoint).is_ok());
    require(bytes == content.tokens[id].bytes);
  }
}

// A vocabulary that encodes gives back what went in.
void check_encoding(cpe::VocabularyContent content, std::string_view sample) {
  if (content.pattern == "unknown") content.pattern = "cl100k";
  auto encoder = cpe::TextEncoder::open(content, checkpoint);
  if (!encoder.is_ok()) return hartonomous::fuzz::check_refusal(encoder.status());
  if (!content.units_are_bytes) return;
  std::vector<cpe::TokenId> tokens;
  require(encoder.value().encode(sample, tokens, checkpoint).is_ok());
  std::string back;
  for (const cpe::TokenId token : tokens) {
    require(cpe::append_token(content, token, back).is_ok());
  }
  require(back == sample);
}

}  // namespace

// The input is a file; what follows a line of three dashes is its merges.txt.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = hartonomous::fuzz::text_of(data, size);
  constexpr std::string_view kSeparator = "\n---\n";
  const std::size_t at = input.find(kSeparator);
  const std::string_view file = input.substr(0, at);
  const std::string_view merges =
      at == input.npos ? std::string_view() : input.substr(at + kSeparator.size());
  MemorySource source(as_bytes(file));
  const auto result = tokenizer::read_vocabulary(source, merges, {}, checkpoint);
  if (!result.is_ok()) {
    if (result.status().code() != Code::kNotFound) {
      hartonomous::fuzz::check_refusal(result.status());
    }
    return 0;
  }
  const cpe::VocabularyContent& content = result.value().content;
  if (content.tokens.size() > 10'000) return 0;  // numbers, not bytes: each costs memory
  const auto parts = cpe::TokenParts::of(content, checkpoint);
  if (!parts.is_ok()) {
    hartonomous::fuzz::check_refusal(parts.status());
    return 0;
  }
  check_atoms(content, parts.value());
  check_encoding(content, file.substr(0, 256));
  return 0;
}
