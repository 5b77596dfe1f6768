// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/evaluate.hpp"

#include <catch2/catch.hpp>

#include "file_weights.hpp"
#include "../shared_data.hpp"
#include "threads.hpp"

namespace hartonomous::test {

using namespace core::run;
using core::Code;

namespace {

struct Opened {
  FileWeights weights;
  Model model;
};

Model opened(core::Result<ModelDescription> description, FileWeights& weights) {
  REQUIRE(description.is_ok());
  auto model = Model::open(std::move(description).value(), weights);
  if (!model.is_ok()) FAIL(model.status().message() + " " + model.status().detail());
  return std::move(model).value();
}

Opened open_gguf(const std::string& path) {
  FileWeights weights(file_contents(path));
  Model model = opened(describe_gguf(weights.layout().metadata), weights);
  return {std::move(weights), std::move(model)};
}
Opened open_hugging_face(const std::string& directory) {
  FileWeights weights(file_contents(directory + "/model.safetensors"));
  core::NoCheckpoint checkpoint;
  Model model =
      opened(describe_config(file_contents(directory + "/config.json"), checkpoint), weights);
  return {std::move(weights), std::move(model)};
}
Opened open_sample(const std::string& name) {
  const std::string sample = HARTONOMOUS_SOURCE "/sample/";
  return name == "hugging face" ? open_hugging_face(sample + "base")
                                : open_gguf(sample + "gguf/kjv-tiny-" + name + ".gguf");
}

using Logits = std::vector<std::vector<float>>;

// The logits of `tokens` that one evaluation after another of `lengths` hands out.
Logits all_logits(Opened& opened, Sequence& sequence, std::span<const TokenId> tokens,
                  const std::vector<std::size_t>& lengths, core::Workers& workers) {
  Logits logits;
  core::NoCheckpoint checkpoint;
  const std::size_t first = sequence.length();
  const PositionSink sink = [&](std::size_t position, std::span<const float> values) {
    REQUIRE(position == first + logits.size());
    logits.emplace_back(values.begin(), values.end());
    return core::Status::ok();
  };
  for (std::size_t at = 0, i = 0; at < tokens.size(); ++i) {
    const std::size_t length = std::min(lengths[i % lengths.size()], tokens.size() - at);
    const auto status = evaluate(opened.model, sequence, tokens.subspan(at, length), Wanted::kAll,
                                 sink, {opened.weights, workers, checkpoint});
    REQUIRE(status.is_ok());
    at += length;
  }
  REQUIRE(opened.weights.held() == 0);
  return logits;
}

std::vector<TokenId> some_tokens(std::size_t count, std::size_t vocabulary) {
  std::vector<TokenId> tokens;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    tokens.push_back(static_cast<TokenId>((state >> 33) % vocabulary));
  }
  return tokens;
}

// The most likely token after `tokens`, and after it, and so on.
std::vector<TokenId> greedy(Opened& opened, std::vector<TokenId> tokens, std::size_t count) {
  Sequence sequence(opened.model);
  core::NoCheckpoint checkpoint;
  core::Alone alone;
  std::vector<TokenId> answer;
  while (answer.size() < count) {
    const PositionSink sink = [&](std::size_t, std::span<const float> logits) {
      answer.push_back(static_cast<TokenId>(std::ranges::max_element(logits) - logits.begin()));
      return core::Status::ok();
    };
    REQUIRE(evaluate(opened.model, sequence, tokens, Wanted::kLast, sink,
                     {opened.weights, alone, checkpoint})
                .is_ok());
    tokens = {answer.back()};
  }
  return answer;
}

}  // namespace

TEST_CASE("logits are the same bits for every split of the tokens and number of workers",
          "[forward]") {
  const std::string name = GENERATE("f16", "q8_0", "hugging face");
  Opened opened = open_sample(name);
  const auto tokens = some_tokens(150, opened.model.vocabulary());
  core::Alone alone;
  SharingThreads two(2), three(3);
  Sequence whole(opened.model), one_by_one(opened.model), uneven(opened.model);
  const Logits expected = all_logits(opened, whole, tokens, {tokens.size()}, alone);
  REQUIRE(expected.size() == tokens.size());
  CHECK(all_logits(opened, one_by_one, tokens, {1}, two) == expected);
  CHECK(all_logits(opened, uneven, tokens, {3, 70, 1}, three) == expected);
}

TEST_CASE("several sequences that take a token each get the logits of one alone", "[forward]") {
  const std::string name = GENERATE("f16", "q8_0", "hugging face");
  Opened opened = open_sample(name);
  const auto tokens = some_tokens(100, opened.model.vocabulary());
  const std::size_t count = GENERATE(2U, 9U);
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  SharingThreads two(2);
  std::vector<Sequence> sequences;
  std::vector<Logits> expected(count);
  std::vector<std::span<const TokenId>> next;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = 1 + i * 29 % 71;
    next.push_back(std::span(tokens).subspan(i + length, 5));
    Sequence& sequence = sequences.emplace_back(opened.model);
    all_logits(opened, sequence, std::span(tokens).subspan(i, length), {64}, alone);
    Sequence single(opened.model);
    all_logits(opened, single, std::span(tokens).subspan(i, length), {64}, alone);
    expected[i] = all_logits(opened, single, next[i], {1}, alone);
  }
  for (std::size_t step = 0; step < 5; ++step) {
    std::vector<Continuation> together;
    for (std::size_t i = 0; i < count; ++i) {
      together.push_back({&sequences[i], next[i].subspan(step, 1)});
    }
    std::size_t handed = 0;
    const PositionSink sink = [&](std::size_t i, std::span<const float> values) {
      CHECK(i == handed++);
      CHECK(std::ranges::equal(values, expected[i][step]));
      return core::Status::ok();
    };
    REQUIRE(
        evaluate_together(opened.model, together, sink, {opened.weights, two, checkpoint}).is_ok());
    CHECK(handed == count);
  }
  const std::vector<TokenId> unknown(1, static_cast<TokenId>(opened.model.vocabulary()));
  const std::vector<Continuation> wrong{{&sequences[0], next[0]}, {&sequences[1], unknown}};
  const PositionSink none = [](std::size_t, std::span<const float>) { return core::Status::ok(); };
  const std::size_t length = sequences[0].length();
  CHECK(evaluate_together(opened.model, wrong, none, {opened.weights, two, checkpoint}).code() ==
        Code::kInvalidArgument);
  CHECK(sequences[0].length() == length);
  CHECK(opened.weights.held() == 0);
}

TEST_CASE("several sequences that take several tokens get the logits of one alone", "[forward]") {
  const std::string name = GENERATE("f16", "q8_0");
  Opened opened = open_sample(name);
  const auto tokens = some_tokens(700, opened.model.vocabulary());
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  SharingThreads two(2);
  // The second and fourth reach over the end of a pass, at 256 and 512 tokens; the last begins one.
  const std::vector<std::size_t> before{0, 40, 3, 1, 0}, lengths{200, 150, 1, 161, 2};
  std::vector<Sequence> sequences;
  std::vector<std::vector<float>> expected;
  std::vector<Continuation> together;
  sequences.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::span<const TokenId> some = std::span(tokens).subspan(i, before[i] + lengths[i]);
    Sequence single(opened.model);
    expected.push_back(all_logits(opened, single, some, {some.size()}, alone).back());
    Sequence& sequence = sequences.emplace_back(opened.model);
    all_logits(opened, sequence, some.first(before[i]), {before[i]}, alone);
    together.push_back({&sequence, some.subspan(before[i])});
  }
  std::size_t handed = 0;
  const PositionSink sink = [&](std::size_t i, std::span<const float> values) {
    CHECK(i == handed++);
    CHECK(std::ranges::equal(values, expected[i]));
    return core::Status::ok();
  };
  REQUIRE(
      evaluate_together(opened.model, together, sink, {opened.weights, two, checkpoint}).is_ok());
  CHECK(handed == together.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(sequences[i].length() == before[i] + lengths[i]);
  }
}

TEST_CASE("a packed sequence is small and goes on as it would have", "[forward]") {
  Opened opened = open_sample(GENERATE("f16", "hugging face"));
  const auto tokens = some_tokens(140, opened.model.vocabulary());
  core::Alone alone;
  Sequence fresh(opened.model), packed(opened.model);
  Logits expected = all_logits(opened, fresh, tokens, {tokens.size()}, alone);
  const std::span<const TokenId> all = tokens;
  all_logits(opened, packed, all.first(70), {70}, alone);
  const std::size_t spread_out = packed.bytes();
  packed.pack();
  CHECK(packed.bytes() == spread_out / 128 * 70);
  packed.pack();
  packed.truncate(67);
  all_logits(opened, packed, all.subspan(67, 3), {3}, alone);
  CHECK(packed.bytes() == spread_out);
  packed.pack();
  packed.truncate(64);
  packed.pack();
  CHECK(packed.bytes() == spread_out / 2);
  Logits logits;
  core::NoCheckpoint checkpoint;
  const PositionSink sink = [&](std::size_t, std::span<const float> values) {
    logits.emplace_back(values.begin(), values.end());
    return core::Status::ok();
  };
  REQUIRE(evaluate(opened.model, packed, all.subspan(64), Wanted::kAll, sink,
                   {opened.weights, alone, checkpoint})
              .is_ok());
  expected.erase(expected.begin(), expected.begin() + 64);
  CHECK(logits == expected);
  CHECK(packed.bytes() == fresh.bytes());
}

TEST_CASE("the last token's logits are those of an evaluation that wants all", "[forward]") {
  Opened opened = open_sample("f16");
  const auto tokens = some_tokens(90, opened.model.vocabulary());
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  Sequence all(opened.model), last(opened.model);
  const Logits expected = all_logits(opened, all, tokens, {tokens.size()}, alone);
  std::vector<float> logits;
  const PositionSink sink = [&](std::size_t position, std::span<const float> values) {
    CHECK(position == tokens.size() - 1);
    logits.assign(values.begin(), values.end());
    return core::Status::ok();
  };
  const Machine machine{opened.weights, alone, checkpoint};
  REQUIRE(evaluate(opened.model, last, std::span(tokens).first(40), Wanted::kNothing, sink, machine)
              .is_ok());
  REQUIRE(evaluate(opened.model, last, std::span(tokens).subspan(40), Wanted::kLast, sink, machine)
              .is_ok());
  CHECK(logits == expected.back());
}

TEST_CASE("a truncated sequence goes on as if the rest had never been", "[forward]") {
  Opened opened = open_sample("q8_0");
  const auto tokens = some_tokens(140, opened.model.vocabulary());
  core::Alone alone;
  Sequence fresh(opened.model), reused(opened.model);
  const std::span<const TokenId> prefix = std::span(tokens).first(70);
  auto other = some_tokens(200, opened.model.vocabulary());
  std::ranges::copy(prefix, other.begin());
  Logits expected = all_logits(opened, fresh, tokens, {tokens.size()}, alone);
  all_logits(opened, reused, other, {other.size()}, alone);
  CHECK(reused.bytes() > fresh.bytes());
  reused.truncate(70);
  CHECK(reused.length() == 70);
  Logits logits;
  core::NoCheckpoint checkpoint;
  const PositionSink sink = [&](std::size_t, std::span<const float> values) {
    logits.emplace_back(values.begin(), values.end());
    return core::Status::ok();
  };
  REQUIRE(evaluate(opened.model, reused, std::span(tokens).subspan(70), Wanted::kAll, sink,
                   {opened.weights, alone, checkpoint})
              .is_ok());
  expected.erase(expected.begin(), expected.begin() + 70);
  CHECK(logits == expected);
  CHECK(reused.bytes() == fresh.bytes());
}

TEST_CASE("what cannot be evaluated is refused and leaves the sequence as it was", "[forward]") {
  Opened opened = open_sample("f16");
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  const Machine machine{opened.weights, alone, checkpoint};
  const PositionSink sink = [](std::size_t, std::span<const float>) { return core::Status::ok(); };
  const auto run = [&](Sequence& sequence, const std::vector<TokenId>& tokens) {
    return evaluate(opened.model, sequence, tokens, Wanted::kLast, sink, machine);
  };
  Sequence sequence(opened.model, {.context_length = 8});
  REQUIRE(run(sequence, {1, 2, 3}).is_ok());
  CHECK(run(sequence, {}).code() == Code::kInvalidArgument);
  const auto unknown = run(sequence, {1, 2048});
  CHECK(unknown.code() == Code::kInvalidArgument);
  CHECK(unknown.message() == "token 2048 is not in the model's vocabulary");
  const auto overflow = run(sequence, {1, 2, 3, 4, 5, 6});
  CHECK(overflow.code() == Code::kLimitExceeded);
  CHECK(overflow.message() == "9 tokens exceed the context of 8");
  CHECK(!overflow.hint().empty());
  CHECK(sequence.length() == 3);
  CHECK(run(sequence, {1, 2, 3, 4, 5}).is_ok());

  Sequence bounded(opened.model, {.max_bytes = 4 * 2 * 2 * 64 * 64});
  CHECK(run(bounded, std::vector<TokenId>(64, 1)).is_ok());
  CHECK(run(bounded, {1}).code() == Code::kOutOfMemory);
  CHECK(bounded.length() == 64);
}

TEST_CASE("a cancel inside a pass gives all weights back and forgets its tokens", "[forward]") {
  struct Cancel {};
  class CancelAfter final : public core::Checkpoint {
   public:
    explicit CancelAfter(int count) : left_(count) {}
    void reached(std::uint64_t) override {
      if (left_-- == 0) throw Cancel();
    }

   private:
    int left_;
  };
  Opened opened = open_sample("q8_0");
  core::Alone alone;
  const auto tokens = some_tokens(20, opened.model.vocabulary());
  Sequence sequence(opened.model), undisturbed(opened.model);
  const Logits expected = all_logits(opened, undisturbed, tokens, {20}, alone);
  const PositionSink sink = [](std::size_t, std::span<const float>) { return core::Status::ok(); };
  int passes = 0;
  for (bool done = false; !done; ++passes) {
    CancelAfter checkpoint(passes);
    try {
      done = evaluate(opened.model, sequence, tokens, Wanted::kLast, sink,
                      {opened.weights, alone, checkpoint})
                 .is_ok();
    } catch (const Cancel&) {
      CHECK(opened.weights.held() == 0);
      CHECK(sequence.length() == 0);
    }
  }
  CHECK(passes > 4 * 7);  // several times in each of four layers
  sequence.truncate(0);
  CHECK(all_logits(opened, sequence, tokens, {20}, alone) == expected);
}

TEST_CASE("the same weights say the same in a GGUF file and in the one it was made from",
          "[forward]") {
  Opened gguf = open_sample("f16"), original = open_sample("hugging face");
  CHECK(greedy(gguf, {0, 300}, 64) == greedy(original, {0, 300}, 64));
}

TEST_CASE("a trained model continues a story as llama.cpp does", "[forward]") {
  const auto path = shared_data() / "models/stories260K-gguf/stories260K.gguf";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " << path);
    return;
  }
  Opened opened = open_gguf(path);
  // "Once upon a time", and what `llama-completion --temp 0` adds to it.
  const std::vector<TokenId> expected{
      432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267, 337,
      410, 408, 419, 292, 411, 322, 265, 282, 295, 433, 426, 385, 328, 432, 358, 394,
      261, 370, 432, 352, 266, 268, 388, 426, 338, 391, 266, 267, 337, 335, 312, 432,
      398, 312, 286, 267, 414, 270, 333, 415, 426, 13,  438, 310, 439, 419, 357, 336};
  CHECK(greedy(opened, {1, 403, 407, 261, 378}, 64) == expected);
}

}  // namespace hartonomous::test
