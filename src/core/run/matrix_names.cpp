// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/matrix_names.hpp"

namespace hartonomous::core::run {

namespace {

constexpr Role kOfEveryLayer[] = {
    Role::kQuery,           Role::kKey,        Role::kValue,    Role::kQueryKeyValue,
    Role::kAttentionOutput, Role::kGate,       Role::kDown,     Role::kRouter,
    Role::kSharedRouter,    Role::kSharedGate, Role::kSharedUp, Role::kSharedDown};

// Halves of a head that GGUF interleaves; heads of query, key and value that it takes apart.
RowOrder order_of(Role role, const ModelDescription& model, const Family& gguf,
                  const Family& hugging_face) {
  const auto head = static_cast<std::uint32_t>(model.head_size);
  const bool interleaves = gguf.gguf_rope == RopeKind::kInterleaved &&
                           hugging_face.hugging_face_rope == RopeKind::kHalves;
  if (interleaves && (role == Role::kQuery || role == Role::kKey)) return {2, head / 2, 1};
  const bool regroups = gguf.gguf_qkv == QkvLayout::kConcatenated &&
                        hugging_face.hugging_face_qkv == QkvLayout::kPerHead;
  if (regroups && role == Role::kQueryKeyValue) {
    return {static_cast<std::uint32_t>(model.heads), 3, head};
  }
  return {};
}

}  // namespace

std::vector<MatrixNames> matrix_names(const ModelDescription& model, const Family& gguf,
                                      const Family& hugging_face) {
  std::vector<MatrixNames> names;
  const auto add = [&](Role role, std::size_t layer) {
    const std::string there = tensor_name(gguf, Naming::kGguf, role, false, layer);
    for (const bool has_prefix : {true, false}) {
      const std::string here =
          tensor_name(hugging_face, Naming::kHuggingFace, role, has_prefix, layer);
      if (here.empty() || there.empty()) continue;
      names.push_back(
          {there + ".weight", here + ".weight", order_of(role, model, gguf, hugging_face)});
    }
  };
  for (std::size_t layer = 0; layer < model.layers; ++layer) {
    for (const Role role : kOfEveryLayer) add(role, layer);
    add(model.gate_and_up_are_fused ? Role::kGateAndUp : Role::kUp, layer);
  }
  add(Role::kOutput, 0);
  return names;
}

}  // namespace hartonomous::core::run
