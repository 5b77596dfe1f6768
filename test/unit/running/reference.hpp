// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Forward passes in double precision, position by position and sum by sum as the papers and the
// families' configurations define them: the oracle of the real pass, with which they share no code.
// Weights are named as Hugging Face files name them.
#pragma once

#include <functional>
#include <vector>

#include "table_weights.hpp"

namespace hartonomous::test::reference {

using Vector = std::vector<double>;
using Rows = std::vector<Vector>;  // one per position
using Function = double (*)(double);

// "BEFORE3."
std::string numbered(const std::string& before, std::size_t number);

double silu(double x);
double gelu(double x);
double gelu_tanh(double x);

// y = W x (+ b if there is a "name.bias").
Vector linear(const Tables& tables, const std::string& name, const Vector& x);
Vector layer_norm(const Tables& tables, const std::string& name, const Vector& x, double epsilon);
Vector rms_norm(const Vector& weight, const Vector& x, double epsilon);
Vector row(const Tables& tables, const std::string& name, std::size_t index);
Vector softmax(const Vector& x);
Vector part(const Vector& x, std::size_t begin, std::size_t count);
Vector plus(const Vector& a, const Vector& b);
// Element j turns with element j + half by position * frequencies[j], times `magnitude`.
Vector rotated(const Vector& head, std::size_t position, const Vector& frequencies,
               double magnitude);

// One head's answer to a query over keys and values [from, to).
struct Attention {
  double scale;
  double cap = 0;  // 0: none
};
Vector attend(const Attention& how, const Vector& query, const Rows& keys, const Rows& values,
              std::size_t from, std::size_t to);

struct Llama {
  std::size_t hidden, layers, heads, key_heads, head_size;
  double epsilon = 1e-5;
  Vector frequencies;  // head_size / 2 or fewer
  double magnitude = 1;
  double scale = 0;  // of query times key; 0: 1 / sqrt(head_size)
  double attention_cap = 0, logit_cap = 0;
  double norm_offset = 0, embedding_scale = 1, residual_scale = 1, logit_scale = 1;
  Function activation = silu;
  bool ties = false, norms_queries = false, is_fused = false, has_post_norms = false;
  std::function<std::size_t(std::size_t layer)> window;  // none: everything is seen
  std::size_t experts = 0, used = 0;
  bool normalizes_experts = true;
  bool is_mixtral = false, has_shared_expert = false;
};
Rows run(const Llama& model, const Tables& tables, const std::vector<unsigned>& tokens);

struct Gpt {
  std::size_t layers, heads;
  double epsilon = 1e-5;
  Function activation = gelu_tanh;
};
Rows run_gpt2(const Gpt& model, const Tables& tables, const std::vector<unsigned>& tokens);

struct Neox {
  Gpt gpt;
  Vector frequencies;
  bool is_parallel = true;
};
Rows run_gpt_neox(const Neox& model, const Tables& tables, const std::vector<unsigned>& tokens);

// Hidden states.
struct Bert {
  Gpt gpt;
  std::size_t first_position = 0;
};
Rows run_bert(const Bert& model, const Tables& tables, const std::vector<unsigned>& tokens);

}  // namespace hartonomous::test::reference
