// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Damaged images of tokenizers. The first byte of the input chooses a small tokenizer, the rest up
// to a line's end is a text to encode; what follows are changes of its image, each a place of four
// bytes and four bytes to be written there.
#include <cstring>

#include "core/tokenizer/model_tokenizer.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "properties.hpp"
#include "tokenizer/small_definitions.hpp"

namespace {

using namespace hartonomous::core;

NoCheckpoint checkpoint;

const std::vector<std::vector<std::byte>>& images() {
  static const auto& all = *[] {
    auto* made = new std::vector<std::vector<std::byte>>;
    for (const auto& definition : hartonomous::test::small_definitions()) {
      made->push_back(
          tokenizer::ModelTokenizer::make(definition, checkpoint).value()->image());
    }
    return made;
  }();
  return all;
}

struct alignas(kImageAlignment) Line {
  std::byte bytes[kImageAlignment];
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = hartonomous::fuzz::text_of(data, size);
  if (input.empty()) return 0;
  const auto& image = images()[static_cast<unsigned char>(input[0]) % images().size()];
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(1, end - 1);
  input.remove_prefix(std::min(end + 1, input.size()));
  const auto copy = std::make_shared<std::vector<Line>>(image.size() / sizeof(Line) + 1);
  auto* const bytes = reinterpret_cast<std::byte*>(copy->data());
  std::memcpy(bytes, image.data(), image.size());
  for (; input.size() >= 8; input.remove_prefix(8)) {
    std::uint32_t place = 0;
    std::memcpy(&place, input.data(), 4);
    place %= static_cast<std::uint32_t>(image.size() - 4);
    std::memcpy(bytes + place, input.data() + 4, 4);
  }
  const auto opened = tokenizer::tokenizer_in({bytes, image.size()}, copy);
  if (opened == nullptr) return 0;
  std::vector<tokenizer::TokenId> ids;
  hartonomous::fuzz::require(opened->encode(text, {true, true}, ids, checkpoint).is_ok());
  std::string shown;
  (void)opened->decode(ids, true, shown).is_ok();
  return 0;
}
