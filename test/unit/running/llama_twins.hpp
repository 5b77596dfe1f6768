// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The GGUF twins of small models of Llama's kin.
#pragma once

#include "family_models.hpp"

namespace hartonomous::test {

inline constexpr std::size_t kLlamaHidden = 32, kLlamaLayers = 3, kLlamaFeedForward = 48;

struct LlamaShape {
  std::size_t head_size = 8, heads = 4, key_heads = 2;
  bool qkv_bias = false;
  std::size_t expert_size = 24, shared_size = 40;
};

struct Twin {
  std::string architecture;
  bool permutes = false;   // the rows of queries and keys
  double norm_offset = 0;  // added to the weights of norms
};

// Gives `to` its twin, with `more` keys, before which the architecture's name is put.
void add_twin(FamilyModel& to, const Twin& twin, const LlamaShape& shape,
              const reference::Llama& model,
              const std::vector<std::pair<std::string, core::format::MetadataValue>>& more = {});

}  // namespace hartonomous::test
