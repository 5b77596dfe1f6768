// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// interop_logits MODEL TOKEN...: the logits of every token, or an encoder's hidden states, as raw
// floats on standard output. MODEL is a GGUF file, or a directory of config.json and
// model.safetensors.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/run/evaluate.hpp"
#include "running/file_weights.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core::run;

core::NoCheckpoint checkpoint;

[[noreturn]] void fail(const core::Status& status) {
  std::fprintf(stderr, "%s\n%s\n", status.message().c_str(), status.detail().c_str());
  std::exit(1);
}

template <class T>
T value_of(core::Result<T> result) {
  if (!result.is_ok()) fail(result.status());
  return std::move(result).value();
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: %s MODEL TOKEN...\n", arguments[0]);
    return 2;
  }
  const std::filesystem::path path = arguments[1];
  const bool is_directory = std::filesystem::is_directory(path);
  test::FileWeights weights(contents(is_directory ? path / "model.safetensors" : path));
  const Model model = value_of(Model::open(
      value_of(is_directory ? describe_config(contents(path / "config.json"), checkpoint)
                            : describe_gguf(weights.layout().metadata)),
      weights));
  std::vector<TokenId> tokens;
  for (int i = 2; i < count; ++i) {
    tokens.push_back(static_cast<TokenId>(std::strtoul(arguments[i], nullptr, 10)));
  }
  core::Alone alone;
  Sequence sequence(model);
  const PositionSink print = [](std::size_t, std::span<const float> values) {
    std::fwrite(values.data(), sizeof(float), values.size(), stdout);
    return core::Status::ok();
  };
  const bool is_decoder = model.description().kind == ModelKind::kDecoder;
  const core::Status status = (is_decoder ? evaluate : evaluate_hidden)(
      model, sequence, tokens, Wanted::kAll, print, {weights, alone, checkpoint});
  if (!status.is_ok()) fail(status);
}
