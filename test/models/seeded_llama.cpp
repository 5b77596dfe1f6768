// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "models/seeded_llama.hpp"

#include <bit>
#include <cstring>
#include <vector>

namespace hartonomous::test {

namespace {

using core::tensor::DType;

// GGUF's ids of element types and of metadata values.
constexpr std::uint32_t kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9;
constexpr std::uint64_t kAlignment = 32;
constexpr int kEmbeddingExponent = -1;

std::optional<std::uint32_t> gguf_id(DType type) {
  switch (type) {
    case DType::kF32:
      return 0;
    case DType::kF16:
      return 1;
    case DType::kQ4_0:
      return 2;
    case DType::kQ8_0:
      return 8;
    case DType::kQ4K:
      return 12;
    case DType::kQ5K:
      return 13;
    case DType::kQ6K:
      return 14;
    case DType::kBf16:
      return 30;
    default:
      return std::nullopt;
  }
}

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}
void put_text(std::string& out, std::string_view text) {
  put(out, std::uint64_t{text.size()});
  out += text;
}

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

// A number below 2^exponent, positive or negative, spread evenly, in a format of `mantissa` stored
// bits: each binade below the first is half as likely as the one above. `bias` is the format's.
std::uint32_t even_float(std::uint64_t random, int exponent, int mantissa, int bias) {
  const int lower = std::countr_zero(random | 1 << 7);
  const auto sign = static_cast<std::uint32_t>(random >> 8 & 1);
  const auto digits = static_cast<std::uint32_t>(random >> 40) >> (24 - mantissa);
  const int width = bias == 15 ? 16 : 9 + mantissa;
  return sign << (width - 1) | static_cast<std::uint32_t>(exponent - 1 - lower + bias) << mantissa |
         digits;
}

// (1024 + digits) * 2^(exponent - 10) as an F16, rounded down where that is subnormal.
std::uint16_t half(std::uint32_t digits, int exponent) {
  if (exponent >= -14) {
    return static_cast<std::uint16_t>(static_cast<std::uint32_t>(exponent + 15) << 10 | digits);
  }
  return static_cast<std::uint16_t>((1024 + digits) >> (-14 - exponent));
}

// (1024 + digits) * odd / 2 * 2^(exponent - 10), rounded down to an F16.
std::uint16_t scaled_half(std::uint32_t digits, std::uint32_t odd, int exponent) {
  std::uint32_t product = (1024 + digits) * odd;
  int up = -1;
  for (; product >= 2048; product >>= 1) ++up;
  return half(product - 1024, exponent + up);
}

// Makes blocks of one type whose values spread with a deviation near 2^exponent.
class Blocks {
 public:
  Blocks(DType type, int exponent, std::uint64_t seed)
      : type_(type), exponent_(exponent), random_(seed) {}

  void append(std::string& out) {
    switch (type_) {
      case DType::kF32:
        return put(out, even_float(random_.next(), exponent_ + 1, 23, 127));
      case DType::kF16:
        return put(out,
                   static_cast<std::uint16_t>(even_float(random_.next(), exponent_ + 1, 10, 15)));
      case DType::kBf16:
        return put(out,
                   static_cast<std::uint16_t>(even_float(random_.next(), exponent_ + 1, 7, 127)));
      case DType::kQ8_0:
        return append_q8_0(out);
      case DType::kQ4_0:
        return append_q4_0(out);
      case DType::kQ4K:
        return append_with_minimum(out, -8, 15, 128);
      case DType::kQ5K:
        return append_with_minimum(out, -9, 31, 160);
      default:
        return append_q6_k(out);
    }
  }

 private:
  std::uint32_t digits() { return static_cast<std::uint32_t>(random_.next() >> 54); }
  void bytes(std::string& out, std::size_t count) {
    for (; count >= 8; count -= 8) put(out, random_.next());
  }
  void append_q8_0(std::string& out) {
    put(out, half(digits(), exponent_ - 7));
    bytes(out, 32);
  }
  void append_q4_0(std::string& out) {
    const std::uint32_t d = digits();  // numbers are from -8 to 7: a sign evens them out
    put(out, static_cast<std::uint16_t>(half(d, exponent_ - 3) | (random_.next() >> 63) << 15));
    bytes(out, 16);
  }
  // Q4_K and Q5_K: eight scales and eight minima of six bits each. A minimum of half the highest
  // number, `odd` / 2, puts the middle at zero.
  void append_with_minimum(std::string& out, int down, std::uint32_t odd, std::size_t numbers) {
    const std::uint32_t d = digits();
    put(out, half(d, exponent_ + down));
    put(out, scaled_half(d, odd, exponent_ + down));
    std::uint8_t scale[8], minimum[8];
    for (int i = 0; i < 8; ++i) {
      const std::uint64_t random = random_.next();
      scale[i] = static_cast<std::uint8_t>(20 + random % 24);
      minimum[i] = static_cast<std::uint8_t>(scale[i] + random / 24 % 3 - 1);
    }
    for (int i = 0; i < 4; ++i) put<std::uint8_t>(out, scale[i] | (scale[i + 4] >> 4) << 6);
    for (int i = 0; i < 4; ++i) put<std::uint8_t>(out, minimum[i] | (minimum[i + 4] >> 4) << 6);
    for (int i = 4; i < 8; ++i) put<std::uint8_t>(out, (scale[i] & 15) | (minimum[i] & 15) << 4);
    bytes(out, numbers);
  }
  void append_q6_k(std::string& out) {
    bytes(out, 128 + 64);
    for (int i = 0; i < 16; ++i) {
      const std::uint64_t random = random_.next();
      const int scale = 20 + static_cast<int>(random % 24);
      put(out, static_cast<std::int8_t>(random >> 63 ? -scale : scale));
    }
    put(out, half(digits(), exponent_ - 10));
  }

  DType type_;
  int exponent_;
  Random random_;
};

struct Tensor {
  std::string name;
  DType type;
  std::uint32_t rows, columns;  // a norm has no rows
  std::uint64_t bytes() const {
    const auto& type_info = core::tensor::info(type);
    return std::uint64_t{rows == 0 ? 1 : rows} * columns / type_info.block_elements *
           type_info.block_bytes;
  }
};

std::vector<Tensor> tensors_of(const LlamaShape& shape, DType type) {
  const std::uint32_t w = shape.width, kv = w / shape.heads * shape.kv_heads;
  std::vector<Tensor> tensors = {{"token_embd.weight", type, shape.vocabulary, w}};
  for (std::uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = std::string("blk.") + std::to_string(i) + ".";
    tensors.push_back({layer + "attn_norm.weight", DType::kF32, 0, w});
    tensors.push_back({layer + "attn_q.weight", type, w, w});
    tensors.push_back({layer + "attn_k.weight", type, kv, w});
    tensors.push_back({layer + "attn_v.weight", type, kv, w});
    tensors.push_back({layer + "attn_output.weight", type, w, w});
    tensors.push_back({layer + "ffn_norm.weight", DType::kF32, 0, w});
    tensors.push_back({layer + "ffn_gate.weight", type, shape.inner, w});
    tensors.push_back({layer + "ffn_up.weight", type, shape.inner, w});
    tensors.push_back({layer + "ffn_down.weight", type, w, shape.inner});
  }
  tensors.push_back({"output_norm.weight", DType::kF32, 0, w});
  if (shape.has_output) tensors.push_back({"output.weight", type, shape.vocabulary, w});
  return tensors;
}

class Metadata {
 public:
  void number(std::string_view key, std::uint32_t value) { add(key, kU32, value); }
  void number(std::string_view key, float value) { add(key, kF32, value); }
  void truth(std::string_view key, bool value) { add(key, kBool, std::uint8_t{value}); }
  void text(std::string_view key, std::string_view value) {
    begin(key, kString);
    put_text(bytes_, value);
  }
  // An array whose elements are put by element(out, i).
  template <class Element>
  void array(std::string_view key, std::uint32_t type, std::uint64_t count, Element element) {
    begin(key, kArray);
    put(bytes_, type);
    put(bytes_, count);
    for (std::uint64_t i = 0; i < count; ++i) element(bytes_, i);
  }
  const std::string& bytes() const { return bytes_; }
  std::uint64_t entries() const { return entries_; }

 private:
  void begin(std::string_view key, std::uint32_t type) {
    put_text(bytes_, key);
    put(bytes_, type);
    ++entries_;
  }
  template <class T>
  void add(std::string_view key, std::uint32_t type, T value) {
    begin(key, type);
    put(bytes_, value);
  }
  std::string bytes_;
  std::uint64_t entries_ = 0;
};

// Three control tokens, the bytes, then words of letters, each with a space before it.
std::string spelling(std::uint64_t token) {
  if (token < 3) return std::vector<std::string>{"<unk>", "<s>", "</s>"}[token];
  if (token < 259) {
    const char* digits = "0123456789ABCDEF";
    std::string byte = "<0x__>";
    byte[3] = digits[(token - 3) / 16];
    byte[4] = digits[(token - 3) % 16];
    return byte;
  }
  std::string word = "\xe2\x96\x81";
  for (std::uint64_t left = token - 259 + 26;; left = left / 26 - 1) {
    word += static_cast<char>('a' + left % 26);
    if (left < 26) return word;
  }
}

Metadata metadata_of(const LlamaShape& shape) {
  Metadata m;
  m.text("general.architecture", "llama");
  m.text("general.name", "seeded llama");
  m.number("llama.context_length", shape.context);
  m.number("llama.embedding_length", shape.width);
  m.number("llama.block_count", shape.layers);
  m.number("llama.feed_forward_length", shape.inner);
  m.number("llama.attention.head_count", shape.heads);
  m.number("llama.attention.head_count_kv", shape.kv_heads);
  m.number("llama.rope.dimension_count", shape.width / shape.heads);
  m.number("llama.attention.layer_norm_rms_epsilon", 1e-5F);
  m.number("llama.vocab_size", shape.vocabulary);
  m.text("tokenizer.ggml.model", "llama");
  m.array("tokenizer.ggml.tokens", kString, shape.vocabulary,
          [](std::string& out, std::uint64_t i) { put_text(out, spelling(i)); });
  m.array("tokenizer.ggml.scores", kF32, shape.vocabulary, [](std::string& out, std::uint64_t i) {
    put(out, i < 259 ? 0.0F : -static_cast<float>(i));
  });
  m.array("tokenizer.ggml.token_type", kI32, shape.vocabulary,
          [](std::string& out, std::uint64_t i) {
            put(out, std::int32_t{i == 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1});
          });
  m.number("tokenizer.ggml.bos_token_id", std::uint32_t{1});
  m.number("tokenizer.ggml.eos_token_id", std::uint32_t{2});
  m.number("tokenizer.ggml.unknown_token_id", std::uint32_t{0});
  m.truth("tokenizer.ggml.add_bos_token", true);
  m.truth("tokenizer.ggml.add_eos_token", false);
  return m;
}

std::string padding(std::uint64_t size) { return std::string(-size % kAlignment, '\0'); }

std::string header_of(const LlamaShape& shape, const std::vector<Tensor>& tensors) {
  const Metadata metadata = metadata_of(shape);
  std::string out = "GGUF";
  put(out, std::uint32_t{3});
  put(out, std::uint64_t{tensors.size()});
  put(out, metadata.entries());
  out += metadata.bytes();
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors) {
    put_text(out, tensor.name);
    put(out, std::uint32_t{tensor.rows == 0 ? 1u : 2u});
    put(out, std::uint64_t{tensor.columns});
    if (tensor.rows != 0) put(out, std::uint64_t{tensor.rows});
    put(out, *gguf_id(tensor.type));
    put(out, offset);
    offset += tensor.bytes() + padding(tensor.bytes()).size();
  }
  return out + padding(out.size());
}

// Values from 0.5 to 1.5.
std::string norm(std::uint32_t columns, std::uint64_t seed) {
  Random random(seed);
  std::string out;
  for (std::uint32_t i = 0; i < columns; ++i) {
    put(out, 0.5F + static_cast<float>(random.next() >> 41) * 0x1p-23F);
  }
  return out;
}

using Sink = std::function<void(std::string_view)>;

// The row of the embedding that the output's row for `token` repeats: a step of a generator that
// visits all tokens (Hull and Dobell 1962), for vocabularies with no prime factors but 2, 3, 5, 7.
std::uint32_t before(std::uint32_t token, std::uint32_t vocabulary) {
  return static_cast<std::uint32_t>((std::uint64_t{token} * 421 + 1) % vocabulary);
}

void write_matrix(const Tensor& tensor, const Tensor& embedding, std::uint64_t seed,
                  std::uint64_t embedding_seed, const Sink& sink) {
  const bool is_output = tensor.name == "output.weight";
  if (is_output) seed = embedding_seed;
  const int exponent = is_output || &tensor == &embedding
                           ? kEmbeddingExponent
                           : -(std::bit_width(tensor.columns) - 1) / 2;
  const std::uint64_t row_bytes = tensor.bytes() / tensor.rows;
  std::string row;
  for (std::uint32_t r = 0; r < tensor.rows; ++r) {
    row.clear();
    Blocks blocks(tensor.type, exponent,
                  Random(seed + (is_output ? before(r, tensor.rows) : r)).next());
    while (row.size() < row_bytes) blocks.append(row);
    sink(row);
  }
  sink(padding(tensor.bytes()));
}

}  // namespace

std::optional<LlamaShape> named_shape(std::string_view name) {
  if (name == "small") return LlamaShape{256, 4, 8, 4, 512, 1024, 512, true};
  if (name == "100m") return LlamaShape{768, 12, 12, 12, 2048, 32000, 2048, false};
  if (name == "1b") return LlamaShape{2048, 22, 32, 4, 5632, 32000, 2048, true};
  return std::nullopt;
}

bool write_llama(const LlamaShape& shape, DType type, std::uint64_t seed, const Sink& sink) {
  if (!gguf_id(type)) return false;
  const std::vector<Tensor> tensors = tensors_of(shape, type);
  sink(header_of(shape, tensors));
  Random seeds(seed);
  const std::uint64_t first_seed = Random(seed).next();
  for (const Tensor& tensor : tensors) {
    const std::uint64_t tensor_seed = seeds.next();
    if (tensor.rows == 0) {
      const std::string values = norm(tensor.columns, tensor_seed);
      sink(values + padding(values.size()));
      continue;
    }
    write_matrix(tensor, tensors.front(), tensor_seed, first_seed, sink);
  }
  return true;
}

}  // namespace hartonomous::test
