// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// codec: bytes and CPU time of the lossless codecs. Weights are made up (seeded): a base, normal or
// heavy-tailed, with deviation 0.02, and tunes of it that differ by noise of a given share of that.
// Real fine-tunes are not so even; read the ratios beside those of `codec FILE...`, which codes the
// tensors of model files, each file after the first against the first where names and shapes agree.
// The peer is BitX, re-implemented in bitx.hpp. Everything decoded is compared with what went in.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>

#include "../test/unit/block/weights.hpp"
#include "bitx.hpp"
#include "core/block/codec.hpp"
#include "core/block/rans.hpp"
#include "core/block/split.hpp"
#include "core/format/parse.hpp"
#include "core/tensor/float_formats.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core;
using bench::Buffer;
using core::tensor::DType;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Median CPU seconds of `rounds` calls.
template <class Work>
double median(int rounds, Work work) {
  std::vector<double> all;
  for (int i = 0; i < rounds; ++i) {
    const double start = cpu_seconds();
    work();
    all.push_back(cpu_seconds() - start);
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "codec: %s\n", what);
  std::exit(1);
}

double gib(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 30); }

// A tensor as the store has it: blocks coded apart.
struct Coded {
  std::vector<block::CodedBlock> blocks;
  std::size_t size = 0;
};

Bytes block_at(Bytes tensor, std::size_t at) {
  return tensor.subspan(at, std::min<std::size_t>(block::kMaxBlock, tensor.size() - at));
}

Coded encode(DType dtype, Bytes raw, std::optional<Bytes> base) {
  Coded coded;
  for (std::size_t at = 0; at < raw.size(); at += block::kMaxBlock) {
    const Bytes part = block_at(raw, at);
    const auto given = base ? std::optional<Bytes>(block_at(*base, at)) : std::nullopt;
    coded.blocks.push_back(block::encode_block(dtype, part, given));
    const auto& last = coded.blocks.back();
    coded.size += last.method == block::Method::kRaw ? part.size() : last.bytes.size();
  }
  return coded;
}

void decode(const Coded& coded, Bytes raw, std::optional<Bytes> base, Buffer& out) {
  std::size_t i = 0;
  for (std::size_t at = 0; at < out.size(); at += block::kMaxBlock, ++i) {
    const auto& [method, bytes] = coded.blocks[i];
    const std::span<std::byte> to(out.data() + at, block_at(out, at).size());
    const Bytes from = method == block::Method::kRaw ? block_at(raw, at) : Bytes(bytes);
    const auto given = base ? std::optional<Bytes>(block_at(*base, at)) : std::nullopt;
    require(block::decode_block(method, from, given, to).is_ok(), "a block does not decode");
  }
}

struct Figures {
  std::size_t size;
  double encode, decode;  // CPU seconds
};

Figures measure(DType dtype, Bytes raw, std::optional<Bytes> base) {
  Coded coded;
  const double encoding = median(5, [&] { coded = encode(dtype, raw, base); });
  Buffer out(raw.size());
  const double decoding = median(9, [&] { decode(coded, raw, base, out); });
  require(std::ranges::equal(raw, out), "a block does not come back");
  return {coded.size, encoding, decoding};
}

double percent(std::size_t part, std::size_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void entropy_coder() {
  std::printf("entropy coder: 1 MiB of symbols, one a byte\n%-34s %10s %10s %10s %12s\n", "",
              "bits", "encode", "decode", "portable");
  constexpr std::size_t kCount = 1 << 20;
  for (const unsigned contexts : {1U, 10U}) {
    for (const unsigned spread : {1U, 3U, 6U}) {
      test::Noise random(7);
      std::vector<std::uint8_t> symbols(kCount), of(kCount);
      std::vector<block::SymbolCounts> counts(contexts, block::SymbolCounts{});
      for (std::size_t i = 0; i < kCount; ++i) {
        of[i] = static_cast<std::uint8_t>(std::min<unsigned>(
            contexts - 1, static_cast<unsigned>(__builtin_ctzll(random.bits() | 1ULL << 40))));
        symbols[i] = static_cast<std::uint8_t>(128 + (1 << spread) * random.normal() / (1 + of[i]));
        ++counts[of[i]][symbols[i]];
      }
      const std::span<const std::uint8_t> given =
          contexts == 1 ? std::span<const std::uint8_t>() : std::span(of);
      Buffer coded;
      const double encoding = median(9, [&] {
        coded.clear();
        block::rans_encode(block::RansModel(counts), symbols, given, coded);
      });
      std::vector<std::uint8_t> out(kCount);
      double seconds[2];
      for (const bool vector : {false, true}) {
        seconds[vector] = median(15, [&] {
          Cursor in(coded);
          auto decoder = block::RansDecoder::open(in, contexts);
          if (!vector) decoder.value().use(nullptr);
          require(decoder.value().read(given, out).is_ok(), "symbols do not decode");
        });
        require(out == symbols, "symbols do not come back");
      }
      const double gigabytes = kCount / 1e9;
      std::printf("%2u contexts, deviation %-12u %10.2f %5.2f GB/s %5.2f GB/s %7.2f GB/s\n",
                  contexts, 1U << spread, 8.0 * static_cast<double>(coded.size()) / kCount,
                  gigabytes / encoding, gigabytes / seconds[1], gigabytes / seconds[0]);
    }
  }
}

std::vector<float> heavy_weights(std::uint64_t seed, std::size_t count) {
  test::Noise noise(seed);
  std::vector<float> weights(count);
  for (float& weight : weights) weight = static_cast<float>(0.02 * noise.student());
  return weights;
}

Buffer as_half(const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values) halves.push_back(core::tensor::float_to_half(value));
  return test::bytes_of(halves);
}

void alone() {
  std::printf("\na block alone (8 Mi weights)\n%-34s %10s %10s %12s %10s\n", "", "ratio", "zstd-3",
              "CPU-s/GiB in", "GB/s out");
  constexpr std::size_t kCount = 8 << 20;
  const auto weights = test::normal_weights(1, kCount, 0.02);
  std::vector<float> rounded;
  for (const float w : weights) {
    rounded.push_back(core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(w)));
  }
  const struct {
    const char* name;
    DType dtype;
    Buffer raw;
  } all[] = {{"BF16 normal", DType::kBf16, test::bfloat16_bytes(weights)},
             {"BF16 Student t(4)", DType::kBf16, test::bfloat16_bytes(heavy_weights(2, kCount))},
             {"F16 normal", DType::kF16, as_half(weights)},
             {"F16 that was BF16", DType::kF16, as_half(rounded)},
             {"F32 normal", DType::kF32, test::bytes_of(weights)},
             {"F32 that was BF16", DType::kF32, test::bytes_of(rounded)}};
  for (const auto& [name, dtype, raw] : all) {
    const Figures f = measure(dtype, raw, std::nullopt);
    std::printf(
        "%-34s %9.3fx %9.3fx %12.2f %10.2f\n", name,
        static_cast<double>(raw.size()) / static_cast<double>(f.size),
        static_cast<double>(raw.size()) / static_cast<double>(bench::zstd_compress(raw).size()),
        f.encode / gib(raw.size()), static_cast<double>(raw.size()) / 1e9 / f.decode);
  }
}

void show_delta(const char* name, Bytes raw, Bytes base) {
  const Figures ours = measure(DType::kBf16, raw, base);
  bench::BitxCoded peer;
  const double in = median(3, [&] { peer = bench::bitx_encode(raw, base); });
  Buffer out;
  const double back = median(3, [&] { out = bench::bitx_decode(peer, base); });
  require(std::ranges::equal(raw, out), "BitX does not come back");
  const double size = static_cast<double>(raw.size()) / 1e9;
  std::printf("%-26s %7.2f%% %7.2f%% %7.1f%% %7.2f %7.2f %8.2f %7.2f\n", name,
              percent(ours.size, raw.size()), percent(peer.size(), raw.size()),
              100 - percent(ours.size, peer.size()), ours.encode / gib(raw.size()),
              in / gib(raw.size()), size / ours.decode, size / back);
}

void deltas() {
  std::printf("\na block given its base, BF16 (8 Mi weights); share of the raw bytes\n");
  std::printf("%-26s %8s %8s %8s %15s %16s\n%-26s %8s %8s %8s %7s %7s %8s %7s\n", "", "", "", "",
              "CPU-s/GiB in", "GB/s out", "", "ours", "BitX", "fewer", "ours", "BitX", "ours",
              "BitX");
  constexpr std::size_t kCount = 8 << 20;
  for (const bool heavy : {false, true}) {
    std::vector<float> weights =
        heavy ? heavy_weights(3, kCount) : test::normal_weights(1, kCount, 0.02);
    for (float& w : weights)
      w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(w));
    const Buffer base = test::bfloat16_bytes(weights);
    for (const double relative : {1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-4}) {
      const Buffer raw = test::bfloat16_bytes(test::tuned(weights, 9, 0.02 * relative));
      char name[64];
      std::snprintf(name, sizeof name, "%s, change %g", heavy ? "t(4)" : "normal", relative);
      show_delta(name, raw, base);
    }
    // One row of 4096 in eight touched, and every row by a noise of its own.
    for (const bool sparse : {true, false}) {
      test::Noise noise(11);
      std::vector<float> values(weights);
      for (std::size_t row = 0; row < values.size(); row += 4096) {
        const double relative =
            sparse ? (noise.bits() % 8 == 0 ? 1e-2 : 0) : std::pow(10.0, -4 + 3 * noise.uniform());
        for (std::size_t i = row; i < row + 4096; ++i) {
          values[i] += static_cast<float>(0.02 * relative * noise.normal());
        }
      }
      const std::string name = std::string(heavy ? "t(4), " : "normal, ") +
                               (sparse ? "1 row in 8" : "1e-4..1e-1 by row");
      show_delta(name.c_str(), test::bfloat16_bytes(values), base);
    }
  }
}

struct File {
  std::string bytes;
  format::FileLayout layout;
};

File load(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  File file{{std::istreambuf_iterator<char>(stream), {}}, {}};
  MemorySource source(as_bytes(file.bytes));
  NoCheckpoint never;
  auto parsed = format::parse(source, {}, never);
  require(parsed.is_ok(), "not a model file that the core reads");
  file.layout = std::move(parsed).value();
  return file;
}

Bytes tensor_of(const File& file, const format::TensorEntry& tensor) {
  return as_bytes(file.bytes).subspan(tensor.offset, tensor.byte_length);
}

void show_file(const char* path, const File& file, const File* base) {
  std::size_t raw = 0, coded = 0, zstd = 0, bitx = 0;
  for (const auto& tensor : file.layout.tensors) {
    const Bytes bytes = tensor_of(file, tensor);
    std::optional<Bytes> given;
    for (const auto& other : base == nullptr ? file.layout.tensors : base->layout.tensors) {
      const bool same =
          other.name == tensor.name && other.shape == tensor.shape && other.dtype == tensor.dtype;
      if (base != nullptr && same) given = tensor_of(*base, other);
    }
    raw += bytes.size();
    zstd += bench::zstd_compress(bytes).size();
    bitx += given && tensor::info(tensor.dtype).block_bytes == 2
                ? bench::bitx_encode(bytes, *given).size()
                : bench::zstd_compress(bytes).size();
    const Coded blocks = encode(tensor.dtype, bytes, given);
    Buffer out(bytes.size());
    decode(blocks, bytes, given, out);
    require(std::ranges::equal(bytes, out), "a tensor does not come back");
    coded += blocks.size;
  }
  std::printf("%-52s %9zu bytes: %6.2f%%, zstd-3 %6.2f%%", path, raw, percent(coded, raw),
              percent(zstd, raw));
  if (base != nullptr) std::printf(", BitX %6.2f%%", percent(bitx, raw));
  std::printf("\n");
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) {
    const File first = load(arguments[1]);
    for (int i = 1; i < count; ++i) {
      const File file = load(arguments[i]);
      show_file(arguments[i], file, nullptr);
      if (i > 1) show_file("  given the first", file, &first);
    }
    return 0;
  }
  entropy_coder();
  alone();
  deltas();
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  std::printf("\nresident at most %ld MiB, the weights included\n", used.ru_maxrss / 1024);
  return 0;
}
