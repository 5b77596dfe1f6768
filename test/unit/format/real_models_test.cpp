// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The real models of a data directory beside the source tree: what each is, and how many tensors it
// has, as the formats' own readers say.
#include <catch2/catch.hpp>

#include <algorithm>

#include "../shared_data.hpp"
#include "file_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using format::Format;
using format::Placement;

namespace {

struct Expected {
  const char* path;
  Format format;
  std::size_t tensors;
  std::size_t in_place;
};

constexpr Expected kExpected[] = {
    {"candle-pt/fortran_tensor_3d.pth", Format::kPytorch, 1, 0},
    {"candle-pt/test.pt", Format::kPytorch, 1, 1},
    {"candle-pt/test_with_key.pt", Format::kPytorch, 1, 1},
    {"lora-opt350m/adapter_model.bin", Format::kPytorch, 96, 96},
    {"resnet-cifar10/resnet20-12fca82f.th", Format::kPytorch, 97, 97},
    {"resnet-cifar10/resnet56-4bfd9763.th", Format::kPytorch, 277, 277},
    {"sd-tiny-pipeline/text_encoder/pytorch_model.bin", Format::kPytorch, 85, 85},
    {"sd-tiny-pipeline/vae/diffusion_pytorch_model.bin", Format::kPytorch, 124, 124},
    {"silero-vad/silero_vad.jit", Format::kPytorch, 32, 32},
    {"two-lora-params/two_lora_params.npz", Format::kNpz, 2, 0},
};

}  // namespace

TEST_CASE("real models of every format are listed as they should be") {
  const std::filesystem::path models = shared_data() / "models";
  if (!std::filesystem::is_directory(models)) {
    WARN("skipped: there is no directory " << models);
    return;
  }
  for (const Expected& expected : kExpected) {
    const std::string file = file_contents(models / expected.path);
    INFO(expected.path);
    const auto result = parse(file);
    INFO((result.is_ok() ? "" : result.status().message()));
    REQUIRE(result.is_ok());
    const auto& layout = result.value();
    CHECK(segments_cover(layout, file.size()));
    CHECK(layout.format == expected.format);
    CHECK(layout.tensors.size() == expected.tensors);
    CHECK(static_cast<std::size_t>(std::ranges::count(layout.tensors, Placement::kInPlace,
                                                      &format::TensorEntry::placement)) ==
          expected.in_place);
    for (const std::string& warning : layout.warnings) UNSCOPED_INFO(warning);
  }
}

TEST_CASE("tensors of one value are the same whatever protocol and container carry them") {
  const std::filesystem::path directory = shared_data() / "models/gopickle-pt";
  if (!std::filesystem::is_directory(directory)) {
    WARN("skipped: there is no directory " << directory);
    return;
  }
  std::size_t files = 0;
  for (const auto& [type, dtype] : {std::pair("bfloat16", "BF16"),
                                    {"bool", "BOOL"},
                                    {"float16", "F16"},
                                    {"float32", "F32"},
                                    {"float64", "F64"},
                                    {"int16", "I16"},
                                    {"int32", "I32"},
                                    {"int64", "I64"},
                                    {"int8", "I8"},
                                    {"uint8", "U8"}}) {
    std::string value;
    for (int protocol = 1; protocol <= 5; ++protocol) {
      for (const char* suffix : {".pt", "_zip.pt"}) {
        const std::string name =
            std::string("tensor_") + type + "_proto" + std::to_string(protocol) + suffix;
        const std::string file = file_contents(directory / name);
        INFO(name);
        const auto result = parse(file);
        INFO((result.is_ok() ? "" : result.status().message()));
        REQUIRE(result.is_ok());
        REQUIRE(result.value().tensors.size() == 1);
        const auto& tensor = result.value().tensors[0];
        CHECK(tensor::info(tensor.dtype).name == dtype);
        CHECK(tensor.shape == std::vector<std::uint64_t>{4});
        REQUIRE(tensor.placement == Placement::kInPlace);
        const std::string bytes = file.substr(tensor.offset, tensor.byte_length);
        if (value.empty()) value = bytes;
        CHECK(bytes == value);
        ++files;
      }
    }
  }
  CHECK(files == 100);
}
