// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The weights of a model file held in memory, for tests: every tensor is where the file has it. It
// counts what is held, so that a test sees what a pass forgot to give back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/parse.hpp"
#include "core/run/weights.hpp"

namespace hartonomous::test {

class FileWeights final : public core::run::WeightSource {
 public:
  // The file's bytes, which become this object's. Throws if they are no model file.
  explicit FileWeights(std::string file) : file_(std::move(file)) {
    core::MemorySource source(core::as_bytes(file_));
    core::NoCheckpoint checkpoint;
    auto parsed = core::format::parse(source, {}, checkpoint);
    if (!parsed.is_ok()) throw std::runtime_error(parsed.status().message());
    layout_ = std::move(parsed).value();
    for (std::size_t i = 0; i < layout_.tensors.size(); ++i) names_[layout_.tensors[i].name] = i;
  }

  const core::format::FileLayout& layout() const { return layout_; }
  std::size_t held() const { return held_; }

  std::optional<core::run::TensorShape> find(std::string_view name) const override {
    const auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    const auto& tensor = layout_.tensors[found->second];
    return core::run::TensorShape{found->second, tensor.dtype, tensor.shape, {}};
  }
  core::Result<core::Bytes> acquire(core::run::TensorNumber number) override {
    const auto& tensor = layout_.tensors[number];
    ++held_;
    return core::as_bytes(file_).subspan(tensor.offset, tensor.byte_length);
  }
  void release(core::run::TensorNumber) noexcept override { --held_; }

 private:
  std::string file_;
  core::format::FileLayout layout_;
  std::map<std::string, std::size_t, std::less<>> names_;
  std::size_t held_ = 0;
};

}  // namespace hartonomous::test
