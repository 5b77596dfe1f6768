// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Positions choose their experts first; then each expert that was chosen by any runs once, over
// all positions that chose it, so its weights are read once per batch. A position's results are
// kept apart and summed in its own order of choice: neither the batch nor the order in which
// experts run shows in the sum.
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/run/feed_forward.hpp"
#include "core/run/kernels/pointwise.hpp"
#include "core/run/linear.hpp"

namespace hartonomous::core::run {

namespace {

struct Choice {
  std::size_t expert;
  float weight;
};

// The best `choices.size()` of `logits`, with their weights.
void choose(const Experts& experts, std::span<float> logits, std::span<Choice> choices) {
  const float largest = *std::ranges::max_element(logits);
  double sum = 0;
  for (float& logit : logits) {
    logit = std::exp(logit - largest);
    sum += logit;
  }
  for (float& logit : logits) logit = static_cast<float>(logit / sum);
  float chosen_sum = 0;
  for (Choice& choice : choices) {
    std::size_t best = 0;
    while (logits[best] < 0) ++best;  // taken ones are negative; NaN is not, and is taken at last
    for (std::size_t e = best + 1; e < logits.size(); ++e) {
      if (logits[e] > logits[best]) best = e;
    }
    choice = {best, logits[best]};
    chosen_sum += choice.weight;
    logits[best] = -1;
  }
  if (!experts.normalizes) return;
  for (Choice& choice : choices) choice.weight /= chosen_sum;
}

// Runs `expert` over the positions that chose it; results go to their choices' places.
Status run_expert(const FeedForwardPlace& expert, const ModelDescription& model,
                  const Activations& in, std::span<const std::size_t> places,
                  std::span<float> results, Machine& machine) {
  const std::size_t hidden = model.hidden, used = model.experts.used;
  std::vector<float> inputs(places.size() * hidden), outputs(places.size() * hidden);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(in.row(places[i] / used),
                      inputs.begin() + static_cast<std::ptrdiff_t>(i * hidden));
  }
  HARTONOMOUS_CHECK(
      apply(expert, model, Activations(inputs, places.size(), hidden), outputs, machine));
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(std::span(outputs).subspan(i * hidden, hidden),
                      results.begin() + static_cast<std::ptrdiff_t>(places[i] * hidden));
  }
  return Status::ok();
}

Status add_shared(const ExpertsPlace& place, const ModelDescription& model, const Activations& in,
                  std::span<float> out, Machine& machine) {
  std::vector<float> gates(in.positions()), shared(out.size());
  HARTONOMOUS_CHECK(apply(*place.shared_router, in, gates, machine));
  HARTONOMOUS_CHECK(apply(*place.shared, model, in, shared, machine));
  for (std::size_t p = 0; p < in.positions(); ++p) {
    const float gate = sigmoid(gates[p]);
    for (std::size_t i = 0; i < model.hidden; ++i) {
      out[p * model.hidden + i] += gate * shared[p * model.hidden + i];
    }
  }
  return Status::ok();
}

}  // namespace

Status apply(const ExpertsPlace& place, const ModelDescription& model, const Activations& in,
             std::span<float> out, Machine& machine) {
  const Experts& experts = model.experts;
  const std::size_t positions = in.positions(), hidden = model.hidden;
  std::vector<float> logits(positions * experts.count);
  HARTONOMOUS_CHECK(apply(place.router, in, logits, machine));
  std::vector<Choice> choices(positions * experts.used);
  for (std::size_t p = 0; p < positions; ++p) {
    choose(experts, std::span(logits).subspan(p * experts.count, experts.count),
           std::span(choices).subspan(p * experts.used, experts.used));
  }
  std::vector<float> results(choices.size() * hidden);
  std::vector<std::size_t> places;
  for (std::size_t e = 0; e < experts.count; ++e) {
    places.clear();
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (choices[i].expert == e) places.push_back(i);
    }
    if (places.empty()) continue;
    HARTONOMOUS_CHECK(run_expert(place.experts[e], model, in, places, results, machine));
  }
  std::ranges::fill(out, 0.0F);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const std::span<float> sum = out.subspan(i / experts.used * hidden, hidden);
    for (std::size_t k = 0; k < hidden; ++k) sum[k] += choices[i].weight * results[i * hidden + k];
  }
  return place.shared ? add_shared(place, model, in, out, machine) : Status::ok();
}

}  // namespace hartonomous::core::run
