// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// run_decode MODEL.gguf THREADS PROMPT ANSWER: the speed of a forward pass over a file that is
// mapped into memory. Prints, after one pass that warms up: tokens/s of a prompt of PROMPT tokens,
// tokens/s of ANSWER tokens after an empty prompt one by one, the bytes of weights that one token
// reads, and bytes/s at which the same threads read those bytes and do nothing else.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "core/format/parse.hpp"
#include "core/run/evaluate.hpp"
#include "pg/thread_pool.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core::run;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "run_decode: %s\n", what.c_str());
  std::exit(1);
}

class MappedWeights final : public WeightSource {
 public:
  explicit MappedWeights(const char* path) {
    const int file = open(path, O_RDONLY);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0) fail(std::string("cannot open ") + path);
    const auto size = static_cast<std::size_t>(status.st_size);
    void* mapped = mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    if (mapped == MAP_FAILED) fail("cannot map the file");
    close(file);
    bytes_ = {static_cast<const std::byte*>(mapped), size};
    core::MemorySource source(bytes_);
    core::NoCheckpoint checkpoint;
    auto parsed = core::format::parse(source, {}, checkpoint);
    if (!parsed.is_ok()) fail(parsed.status().message());
    layout_ = std::move(parsed).value();
    for (std::size_t i = 0; i < layout_.tensors.size(); ++i) names_[layout_.tensors[i].name] = i;
  }

  const core::format::FileLayout& layout() const { return layout_; }
  std::optional<TensorShape> find(std::string_view name) const override {
    const auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    const auto& tensor = layout_.tensors[found->second];
    return TensorShape{found->second, tensor.dtype, tensor.shape, {}};
  }
  core::Result<core::Bytes> acquire(TensorNumber number) override { return bytes_of(number); }
  void release(TensorNumber) noexcept override {}

  core::Bytes bytes_of(TensorNumber number) const {
    const auto& tensor = layout_.tensors[number];
    return bytes_.subspan(tensor.offset, tensor.byte_length);
  }
  // What one token reads: all tensors, of the embedding one row if there is an output beside it.
  std::vector<core::Bytes> read_by_a_token() const {
    std::vector<core::Bytes> tensors;
    for (std::size_t i = 0; i < layout_.tensors.size(); ++i) {
      if (names_.contains("output.weight") && layout_.tensors[i].name == "token_embd.weight") {
        continue;
      }
      tensors.push_back(bytes_of(i));
    }
    return tensors;
  }

 private:
  core::Bytes bytes_;
  core::format::FileLayout layout_;
  std::map<std::string, std::size_t, std::less<>> names_;
};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Adds all words up, so that every byte arrives in a register: eight stripes side by side, which is
// faster than one after the other.
std::uint64_t sum_of(core::Bytes bytes) {
  constexpr std::size_t kStripes = 8;
  typedef std::uint64_t Words __attribute__((vector_size(16)));
  Words sums[kStripes] = {};
  const std::size_t stripe = bytes.size() / kStripes / sizeof(Words) * sizeof(Words);
  for (std::size_t i = 0; i < stripe; i += sizeof(Words)) {
    for (std::size_t s = 0; s < kStripes; ++s) {
      Words words;
      __builtin_memcpy(&words, bytes.data() + s * stripe + i, sizeof words);
      sums[s] += words;
    }
  }
  std::uint64_t sum = 0;
  for (const Words& s : sums) sum += s[0] + s[1];
  return sum;
}

double streaming_speed(const std::vector<core::Bytes>& tensors, std::size_t total,
                       core::Workers& workers) {
  std::atomic<std::uint64_t> sum = 0;
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    best = std::min(
        best, seconds_of([&] {
          for (const core::Bytes tensor : tensors) {
            const std::size_t parts = workers.count();
            workers.run(parts, [&](std::size_t part) {
              const std::size_t begin = tensor.size() * part / parts;
              sum += sum_of(tensor.subspan(begin, tensor.size() * (part + 1) / parts - begin));
            });
          }
        }));
  }
  if (sum == 1) std::puts("");
  return static_cast<double>(total) / best;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 1) return 0;  // run_decode.py calls it
  if (count != 5) fail("arguments: MODEL.gguf THREADS PROMPT ANSWER");
  MappedWeights weights(arguments[1]);
  pg::ThreadPool workers(std::strtoull(arguments[2], nullptr, 10));
  const std::size_t prompt = std::strtoull(arguments[3], nullptr, 10);
  const std::size_t answer = std::strtoull(arguments[4], nullptr, 10);
  auto description = describe_gguf(weights.layout().metadata);
  if (!description.is_ok()) fail(description.status().message());
  auto opened = Model::open(std::move(description).value(), weights);
  if (!opened.is_ok()) fail(opened.status().message());
  const Model& model = opened.value();
  core::NoCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < std::max(prompt, answer); ++i) {
    tokens.push_back(static_cast<TokenId>(3 + i * 7919 % (model.vocabulary() - 3)));
  }
  const auto run = [&](Sequence& sequence, std::span<const TokenId> part) {
    const auto status =
        evaluate(model, sequence, part, Wanted::kLast,
                 [](std::size_t, std::span<const float>) { return core::Status::ok(); },
                 {weights, workers, checkpoint});
    if (!status.is_ok()) fail(status.message());
  };
  Sequence warm(model);
  run(warm, std::span(tokens).first(1));
  Sequence whole(model), single(model);
  const double prompt_time =
      prompt == 0 ? 0 : seconds_of([&] { run(whole, std::span(tokens).first(prompt)); });
  const double answer_time = seconds_of([&] {
    for (std::size_t i = 0; i < answer; ++i) run(single, std::span(tokens).subspan(i, 1));
  });
  const auto read = weights.read_by_a_token();
  std::size_t bytes = 0;
  for (const core::Bytes tensor : read) bytes += tensor.size();
  std::printf("%.3f %.3f %zu %.0f\n", prompt == 0 ? 0 : static_cast<double>(prompt) / prompt_time,
              static_cast<double>(answer) / answer_time, bytes,
              streaming_speed(read, bytes, workers));
  return 0;
}
