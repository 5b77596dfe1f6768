// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// lake DIRECTORY [FAMILIES]: writes a made-up lake of models (seeded) into DIRECTORY, and what the peers would
// store of it: lake.tsv has a line for each file or folder in the order of ingest, with its
// category, bytes, and bytes under the peers. lake.py ingests the same and prints both. With FAMILIES
// writes as many families of ten small models instead: a base FAMILY-0 and tunes FAMILY-1 ...
//
// The peers together are one pipeline, re-implemented from the papers: equal tensors once; FastCDC
// chunks of 64 KiB once; a 16-bit tensor against the tensor of the same name in its true base, which
// is told (BitX, bitx.hpp); bytes grouped by significance and each group through zstd-3 (as ZipNN,
// with zstd's Huffman in place of its own). Each tensor takes the least of these.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unordered_set>

#include "../test/unit/block/weights.hpp"
#include "bitx.hpp"
#include "core/hash/content_hash.hpp"
#include "core/tensor/quantize.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core;
using bench::Buffer;
using core::tensor::DType;

constexpr std::size_t kWidth = 512, kHidden = 1408, kLayers = 3, kVocabulary = 4096, kRank = 8;
constexpr double kDeviation = 0.02;

struct Tensor {
  std::string name;
  DType dtype;
  std::vector<std::size_t> shape;
  Buffer bytes;
};
using Model = std::vector<Tensor>;
using Values = std::map<std::string, std::vector<float>>;  // by the tensor's name

struct Shape {
  std::string name;
  std::vector<std::size_t> shape;
};
std::vector<Shape> shapes() {
  std::vector<Shape> all{{"model.embed_tokens.weight", {kVocabulary, kWidth}},
                         {"lm_head.weight", {kVocabulary, kWidth}},
                         {"model.norm.weight", {kWidth}}};
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    const std::string at = "model.layers." + std::to_string(layer) + ".";
    for (const char* part : {"q", "k", "v", "o"}) {
      all.push_back({at + "self_attn." + part + "_proj.weight", {kWidth, kWidth}});
    }
    for (const char* part : {"gate", "up"}) {
      all.push_back({at + "mlp." + part + "_proj.weight", {kHidden, kWidth}});
    }
    all.push_back({at + "mlp.down_proj.weight", {kWidth, kHidden}});
    all.push_back({at + "input_layernorm.weight", {kWidth}});
  }
  return all;
}
std::size_t count_of(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t n : shape) count *= n;
  return count;
}

// What bfloat16 keeps of the numbers.
void round_values(Values& values) {
  for (auto& [name, all] : values) {
    for (float& w : all) {
      w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(w));
    }
  }
}
Values base_values(std::uint64_t seed, bool is_heavy) {
  test::Noise noise(seed);
  Values values;
  for (const Shape& tensor : shapes()) {
    auto& all = values[tensor.name];
    all.resize(count_of(tensor.shape));
    for (float& w : all) {
      w = static_cast<float>(kDeviation * (is_heavy ? noise.student() : noise.normal()));
    }
  }
  round_values(values);
  return values;
}
// A full tune: every weight moved by noise of `relative` times the deviation; 0 means that each
// tensor has a share of its own, between 1e-4 and 1e-1.
Values tuned(const Values& base, std::uint64_t seed, double relative, bool is_frozen) {
  test::Noise noise(seed);
  Values values = base;
  for (auto& [name, all] : values) {
    const double share = relative > 0 ? relative : std::pow(10.0, -4 + 3 * noise.uniform());
    if (is_frozen && (name.find("embed") != name.npos || name.find("lm_head") != name.npos)) continue;
    for (float& w : all) w += static_cast<float>(kDeviation * share * noise.normal());
  }
  round_values(values);
  return values;
}

Model as_model(const Values& values, DType dtype) {
  Model model;
  for (const Shape& shape : shapes()) {
    const std::vector<float>& all = values.at(shape.name);
    const bool is_quantised = core::tensor::info(dtype).block_elements > 1;
    const DType own = is_quantised && shape.shape.size() == 1 ? DType::kF32 : dtype;
    const auto& type = core::tensor::info(own);
    Buffer bytes(all.size() / type.block_elements * type.block_bytes);
    if (!core::tensor::quantize(own, all, bytes).is_ok()) std::exit(1);
    model.push_back({shape.name, own, shape.shape, std::move(bytes)});
  }
  return model;
}

struct Adapter {
  std::map<std::string, std::pair<std::vector<float>, std::vector<float>>> factors;  // A, B
};
Adapter adapter_of(std::uint64_t seed) {
  test::Noise noise(seed);
  Adapter adapter;
  for (const Shape& tensor : shapes()) {
    if (tensor.name.find("q_proj") == tensor.name.npos &&
        tensor.name.find("v_proj") == tensor.name.npos) {
      continue;
    }
    auto& [a, b] = adapter.factors[tensor.name];
    a.resize(kRank * kWidth), b.resize(kWidth * kRank);
    for (float& w : a) w = static_cast<float>(0.02 * noise.normal());
    for (float& w : b) w = static_cast<float>(0.02 * noise.normal());
    for (auto* factor : {&a, &b}) {
      for (float& w : *factor) {
        w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(w));
      }
    }
  }
  return adapter;
}
Values merged(const Values& base, const Adapter& adapter) {
  Values values = base;
  for (const auto& [name, factors] : adapter.factors) {
    const auto& [a, b] = factors;
    auto& all = values[name];
    for (std::size_t i = 0; i < all.size(); ++i) {
      double sum = 0;
      for (std::size_t r = 0; r < kRank; ++r) {
        sum += static_cast<double>(b[i / kWidth * kRank + r]) * static_cast<double>(a[r * kWidth + i % kWidth]);
      }
      all[i] += static_cast<float>(2 * sum);
    }
  }
  round_values(values);
  return values;
}
Model adapter_model(const Adapter& adapter) {
  Model model;
  for (const auto& [name, factors] : adapter.factors) {
    const std::string stem = "base_model.model." + name.substr(0, name.size() - 7);
    model.push_back({stem + ".lora_A.weight", DType::kBf16, {kRank, kWidth}, test::bfloat16_bytes(factors.first)});
    model.push_back({stem + ".lora_B.weight", DType::kBf16, {kWidth, kRank}, test::bfloat16_bytes(factors.second)});
  }
  return model;
}

std::string safetensors_header(const Model& model) {
  std::string json = "{";
  std::size_t at = 0;
  for (const Tensor& tensor : model) {
    std::string shape;
    for (const std::size_t n : tensor.shape) {
      if (!shape.empty()) shape += ',';
      shape += std::to_string(n);
    }
    if (at > 0) json += ',';
    json += '"' + tensor.name + "\":{\"dtype\":\"" +
            std::string(core::tensor::info(tensor.dtype).name) + "\",\"shape\":[" + shape +
            "],\"data_offsets\":[" + std::to_string(at) + "," +
            std::to_string(at + tensor.bytes.size()) + "]}";
    at += tensor.bytes.size();
  }
  json += "}";
  json.append((8 - json.size() % 8) % 8, ' ');
  return json;
}

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put_string(std::string& out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out += text;
}

void write_file(const std::filesystem::path& path, const std::string& header, const Model& model) {
  std::ofstream file(path, std::ios::binary);
  file.write(header.data(), static_cast<std::streamsize>(header.size()));
  for (const Tensor& tensor : model) {
    file.write(reinterpret_cast<const char*>(tensor.bytes.data()),
               static_cast<std::streamsize>(tensor.bytes.size()));
  }
}
// What stands before the tensors of a safetensors file.
std::string safetensors_start(const Model& model) {
  const std::string header = safetensors_header(model);
  std::string start;
  put<std::uint64_t>(start, header.size());
  return start + header;
}

class Lake {
 public:
  explicit Lake(const std::filesystem::path& folder)
      : folder_(folder), list_(folder / "lake.tsv") {}

  void safetensors(const char* category, const std::string& name, const Model& model,
                   const Model* base) {
    const std::string start = safetensors_start(model);
    write_file(folder_ / name, start, model);
    list(category, name, start.size(), model, base);
  }

  // The same tensors in two files and their index.
  void shards(const char* category, const std::string& name, const Model& model) {
    const std::size_t half = model.size() / 2;
    std::string index = "{\"metadata\":{},\"weight_map\":{";
    std::size_t headers = 0;
    std::filesystem::create_directory(folder_ / name);
    for (const std::size_t part : {std::size_t{0}, std::size_t{1}}) {
      const Model shard(model.begin() + static_cast<long>(part * half),
                        part == 0 ? model.begin() + static_cast<long>(half) : model.end());
      const std::string file = "model-0000" + std::to_string(part + 1) + "-of-00002.safetensors";
      for (const Tensor& tensor : shard) {
        index += (index.back() == '{' ? "\"" : ",\"") + tensor.name + "\":\"" + file + "\"";
      }
      const std::string start = safetensors_start(shard);
      write_file(folder_ / name / file, start, shard);
      headers += start.size();
    }
    index += "}}";
    write_file(folder_ / name / "model.safetensors.index.json", index, {});
    list(category, name, headers + index.size(), model, nullptr);
  }

  void gguf(const char* category, const std::string& name, const Model& model, const Model* base) {
    static const std::map<DType, std::uint32_t> kTypes{
        {DType::kF32, 0}, {DType::kQ4_0, 2}, {DType::kQ8_0, 8}, {DType::kBf16, 30}};
    std::string header = "GGUF";
    put<std::uint32_t>(header, 3);
    put<std::uint64_t>(header, model.size());
    put<std::uint64_t>(header, 1);
    put_string(header, "general.architecture");
    put<std::uint32_t>(header, 8);
    put_string(header, "llama");
    Model padded = model;
    std::uint64_t at = 0;
    for (Tensor& tensor : padded) {
      put_string(header, tensor.name);
      put(header, static_cast<std::uint32_t>(tensor.shape.size()));
      for (auto n = tensor.shape.rbegin(); n != tensor.shape.rend(); ++n) {
        put<std::uint64_t>(header, *n);
      }
      put(header, kTypes.at(tensor.dtype));
      put(header, at);
      tensor.bytes.resize((tensor.bytes.size() + 31) / 32 * 32);
      at += tensor.bytes.size();
    }
    header.append((32 - header.size() % 32) % 32, '\0');
    write_file(folder_ / name, header, padded);
    list(category, name, header.size(), model, base);
  }

 private:
  void list(const char* category, const std::string& name, std::size_t header, const Model& model,
            const Model* base) {
    std::size_t bytes = header, stored = header;
    for (const Tensor& tensor : model) {
      bytes += tensor.bytes.size();
      stored += by_peers(tensor, base);
    }
    list_ << category << '\t' << name << '\t' << bytes << '\t' << stored << std::endl;
  }

  std::size_t by_peers(const Tensor& tensor, const Model* base) {
    const std::string own = key(tensor.bytes) + std::string(core::tensor::info(tensor.dtype).name);
    if (!tensors_.insert(own).second) return 0;
    const Buffer fresh = new_chunks(tensor.bytes);
    std::size_t least = std::min(fresh.size(), grouped(tensor.dtype, fresh));
    if (base == nullptr || core::tensor::info(tensor.dtype).block_bytes != 2) return least;
    for (const Tensor& other : *base) {
      if (other.name == tensor.name && other.dtype == tensor.dtype) {
        least = std::min(least, bench::bitx_encode(tensor.bytes, other.bytes).size());
      }
    }
    return least;
  }

  static std::string key(Bytes bytes) {
    const auto hash = core::hash::block_hash(bytes);
    return std::string(as_text(hash.bytes));
  }

  // What is left of the bytes without the chunks seen before. FastCDC with a gear hash: at least
  // 16 KiB, 64 KiB in the mean, at most 256 KiB.
  Buffer new_chunks(Bytes bytes) {
    static const std::vector<std::uint64_t> gear = [] {
      test::Noise noise(1);
      std::vector<std::uint64_t> table(256);
      for (auto& entry : table) entry = noise.bits();
      return table;
    }();
    Buffer fresh;
    for (std::size_t from = 0; from < bytes.size();) {
      const std::size_t most = std::min<std::size_t>(bytes.size() - from, 256 << 10);
      std::size_t length = std::min<std::size_t>(most, 16 << 10);
      for (std::uint64_t hash = 0; length < most; ++length) {
        hash = (hash << 1) + gear[std::to_integer<std::size_t>(bytes[from + length])];
        const std::uint64_t mask = length < (64 << 10) ? 0x1ffffULL << 40 : 0x3fffULL << 40;
        if ((hash & mask) == 0) break;
      }
      const Bytes chunk = bytes.subspan(from, length);
      if (chunks_.insert(key(chunk)).second) fresh.insert(fresh.end(), chunk.begin(), chunk.end());
      from += length;
    }
    return fresh;
  }

  // Bytes of equal significance together, the exponent's on a byte of its own; zstd-3 on each.
  static std::size_t grouped(DType dtype, Bytes bytes) {
    const std::size_t width = core::tensor::info(dtype).block_bytes;
    if (core::tensor::info(dtype).block_elements > 1) return bench::zstd_compress(bytes).size();
    std::size_t sum = 0;
    if (width == 2) {
      const Buffer zeros(bytes.size());
      return bench::bitx_encode(bytes, zeros).size();
    }
    for (std::size_t plane = 0; plane < width; ++plane) {
      Buffer group;
      for (std::size_t i = plane; i < bytes.size(); i += width) group.push_back(bytes[i]);
      sum += bench::zstd_compress(group).size();
    }
    return sum;
  }

  std::filesystem::path folder_;
  std::ofstream list_;
  std::unordered_set<std::string> tensors_, chunks_;
};

void make(Lake& lake) {
  const Values base = base_values(1, false);
  const Model model = as_model(base, DType::kBf16);
  lake.safetensors("base", "base.safetensors", model, nullptr);
  std::map<std::string, Values> kept;
  int number = 0;
  for (const double relative : {1e-1, 3e-2, 1e-2, 3e-3, 1e-3}) {
    for (const int which : {1, 2}) {
      char category[32];
      std::snprintf(category, sizeof category, "tune %g", relative);
      const Values values = tuned(base, 100U + static_cast<unsigned>(++number), relative, false);
      lake.safetensors(category, "tune-" + std::to_string(number) + ".safetensors",
                       as_model(values, DType::kBf16), &model);
      if (which == 1 && (relative == 1e-2 || relative == 1e-3)) {
        kept["tune-" + std::to_string(number)] = values;
      }
    }
    const Values frozen = tuned(base, 200U + static_cast<unsigned>(number), relative, true);
    lake.safetensors("frozen embeddings", "frozen-" + std::to_string(number) + ".safetensors",
                     as_model(frozen, DType::kBf16), &model);
  }
  for (unsigned i = 1; i <= 5; ++i) {
    const Adapter adapter = adapter_of(300 + i);
    lake.safetensors("LoRA", "lora-" + std::to_string(i) + ".safetensors", adapter_model(adapter), nullptr);
    lake.safetensors("merged LoRA", "merged-" + std::to_string(i) + ".safetensors",
                     as_model(merged(base, adapter), DType::kBf16), &model);
  }
  {
    const Values heavy = base_values(2, true);
    const Model parent = as_model(heavy, DType::kBf16);
    lake.safetensors("heavy-tailed base", "heavy.safetensors", parent, nullptr);
    for (const double relative : {1e-1, 1e-2, 0.0}) {
      const auto seed = static_cast<std::uint64_t>(400 + 1000 * relative);
      lake.safetensors("heavy-tailed tunes", "heavy-" + std::to_string(seed) + ".safetensors",
                       as_model(tuned(heavy, seed, relative, false), DType::kBf16), &parent);
    }
  }
  lake.safetensors("casts", "base-f32.safetensors", as_model(base, DType::kF32), nullptr);
  lake.safetensors("casts", "base-f16.safetensors", as_model(base, DType::kF16), nullptr);
  lake.gguf("GGUF BF16", "base-bf16.gguf", model, nullptr);
  kept["base"] = base;
  for (const auto& [name, values] : kept) {
    lake.gguf("GGUF Q8_0", name + "-q8_0.gguf", as_model(values, DType::kQ8_0), nullptr);
    lake.gguf("GGUF Q4_0", name + "-q4_0.gguf", as_model(values, DType::kQ4_0), nullptr);
  }
  lake.shards("re-sharded", "shards", model);
}

void make_many(const std::filesystem::path& folder, unsigned families) {
  constexpr double kChanges[] = {0, 1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-1, 3e-2, 1e-2, 1e-3};
  constexpr std::size_t kTensors = 8, kSide = 64;
  test::Noise noise(1);
  for (unsigned family = 0; family < families; ++family) {
    std::vector<float> base(kTensors * kSide * kSide);
    for (float& w : base) {
      const auto weight = static_cast<float>(kDeviation * noise.normal());
      w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(weight));
    }
    for (std::size_t member = 0; member < 10; ++member) {
      Model model;
      for (std::size_t t = 0; t < kTensors; ++t) {
        std::vector<float> values(base.begin() + static_cast<long>(t * kSide * kSide),
                                  base.begin() + static_cast<long>((t + 1) * kSide * kSide));
        for (float& w : values) w += static_cast<float>(kDeviation * kChanges[member] * noise.normal());
        model.push_back({"layer." + std::to_string(t) + ".weight", DType::kBf16, {kSide, kSide},
                         test::bfloat16_bytes(values)});
      }
      const std::string name = std::to_string(family) + "-" + std::to_string(member);
      write_file(folder / (name + ".safetensors"), safetensors_start(model), model);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::puts("lake: its figures are printed by lake.py");
    return 0;
  }
  if (count == 3) {
    make_many(arguments[1], static_cast<unsigned>(std::strtoul(arguments[2], nullptr, 10)));
    return 0;
  }
  Lake lake(arguments[1]);
  make(lake);
  return 0;
}
