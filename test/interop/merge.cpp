// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// merge METHOD PARAMETERS WEIGHTS HAS_BASE DTYPE ROW NAME CHUNK INPUT...: merges files of raw
// numbers of that type as one tensor, CHUNK rows at a time, and writes the result, raw, to stdout.
// WEIGHTS are separated by commas, or "-". For merge_reference.py.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "core/merge/tensor_merge.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/quantize.hpp"

using namespace hartonomous::core;

namespace {

template <class T>
T check(Result<T> result) {
  if (result.is_ok()) return std::move(result).value();
  std::cerr << result.status().message() << '\n';
  std::exit(1);
}

std::vector<float> read(const char* path, tensor::DType dtype) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::vector<float> values(bytes.size() / tensor::info(dtype).block_bytes);
  const Bytes raw(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size());
  if (!tensor::dequantize(dtype, raw, values).is_ok()) std::exit(1);
  return values;
}

std::vector<double> weights_of(const std::string& text) {
  std::vector<double> weights;
  std::istringstream in(text);
  for (std::string number; std::getline(in, number, ',');) weights.push_back(std::stod(number));
  return weights;
}

// Calls each(chunk) for the whole tensor.
template <class Each>
void pass(const std::vector<std::vector<float>>& inputs, std::size_t step, Each each) {
  for (std::size_t at = 0; at < inputs.front().size(); at += step) {
    std::vector<std::span<const float>> parts;
    const std::size_t count = std::min(step, inputs.front().size() - at);
    for (const auto& input : inputs) parts.push_back(std::span(input).subspan(at, count));
    each(merge::Chunk{at, parts}, count);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 10) return 2;
  const auto method = merge::method_by_name(arguments[1]);
  const auto dtype = tensor::dtype_by_name(arguments[5]);
  if (!method || !dtype) return 2;
  std::vector<std::vector<float>> inputs;
  for (int i = 9; i < count; ++i) inputs.push_back(read(arguments[i], *dtype));
  const bool has_base = arguments[4][0] == '1';
  const std::string listed = arguments[3];
  const std::vector<double> weights = listed == "-" ? std::vector<double>() : weights_of(listed);
  merge::MergeOptions options;
  NoCheckpoint checkpoint;
  const merge::Recipe recipe =
      check(merge::read_recipe({.method = *method,
                                .models = inputs.size() - (has_base ? 1 : 0),
                                .has_base = has_base,
                                .weights = listed == "-" ? nullptr : &weights,
                                .parameters = arguments[2]},
                               options, checkpoint));
  const std::size_t row = std::stoul(arguments[6]);
  const auto merge = check(merge::make_merge(recipe, {arguments[7], inputs.front().size(), row}));
  const std::size_t step = std::stoul(arguments[8]) * row;
  for (int i = 0; i < merge->passes(); ++i) {
    pass(inputs, step, [&](const merge::Chunk& chunk, std::size_t) { merge->observe(i, chunk); });
  }
  std::vector<float> out(inputs.front().size());
  pass(inputs, step, [&](const merge::Chunk& chunk, std::size_t n) {
    merge->merge(chunk, std::span(out).subspan(chunk.first, n));
  });
  std::vector<std::byte> bytes(out.size() * tensor::info(*dtype).block_bytes);
  if (!tensor::quantize(*dtype, out, bytes).is_ok()) return 1;
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  return 0;
}
