// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/model_description.hpp"

#include <cmath>

#include "core/format/parse.hpp"
#include "core/run/model.hpp"
#include "core/run/rope_angles.hpp"
#include "core/run/sentence_files.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous::core;
using hartonomous::fuzz::require;

NoCheckpoint checkpoint;

class NoWeights final : public run::WeightSource {
 public:
  std::optional<run::TensorShape> find(std::string_view) const override { return std::nullopt; }
  Result<Bytes> acquire(run::TensorNumber) override { return Bytes(); }
  void release(run::TensorNumber) noexcept override {}
};

// What a pass relies on.
void check_description(const run::ModelDescription& model) {
  require(model.layers > 0 && model.hidden > 0 && model.head_size > 0);
  require(model.kv_heads > 0 && model.heads % model.kv_heads == 0);
  require(model.sliding_window == 0 || model.layer_is_sliding.size() == model.layers);
  require(model.pooling != run::Pooling::kNone);
  require(model.experts.used <= model.experts.count);
  require(std::isfinite(model.norm.epsilon) && std::isfinite(model.attention_scale));
  require(std::isfinite(model.logit_scale) && std::isfinite(model.embedding_scale));
  if (model.rope.kind != run::RopeKind::kNone) {
    require(model.rope.dimensions % 2 == 0 && model.rope.dimensions <= model.head_size);
    const run::RopeAngles angles(model.rope, model.context_length);
    require(angles.dimensions() == model.rope.dimensions);
  }
  NoWeights weights;
  const auto opened = run::Model::open(model, weights);
  require(!opened.is_ok() && opened.status().code() == Code::kMalformed);
}

}  // namespace

// The input is a GGUF file or a config.json.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = hartonomous::fuzz::text_of(data, size);
  MemorySource source(as_bytes(input));
  const auto file = format::parse(source, {}, checkpoint);
  const auto result = file.is_ok() ? run::describe_gguf(file.value().metadata)
                                   : run::describe_config(input, checkpoint);
  if (!result.is_ok()) {
    hartonomous::fuzz::check_refusal(result.status());
  } else {
    check_description(result.value());
  }
  run::ModelDescription pooled;
  for (const run::SentenceFiles& files :
       {run::SentenceFiles{input, {}, {}}, {{}, input, {}}, {{}, {}, input}}) {
    const Status status = run::read_sentence_files(files, pooled, checkpoint);
    if (!status.is_ok()) hartonomous::fuzz::check_refusal(status);
  }
  return 0;
}
