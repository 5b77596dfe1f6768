// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Small models made of random numbers in memory: the same numbers for the pass, as a source of F32
// weights, and for the reference, as doubles.
#pragma once

#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/run/weights.hpp"

namespace hartonomous::test {

struct Table {
  std::vector<std::uint64_t> shape;
  std::vector<float> values;
};
using Tables = std::map<std::string, Table, std::less<>>;

// Numbers in [-1, 1) of a seed: the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  double roll() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1p-52 - 1;
  }

 private:
  std::uint64_t state_;
};

class TableWeights final : public core::run::WeightSource {
 public:
  explicit TableWeights(Tables tables) : tables_(std::move(tables)) {
    for (const auto& [name, table] : tables_) {
      numbers_[name] = order_.size();
      order_.push_back(&table);
    }
  }
  TableWeights(const TableWeights&) = delete;

  // Adds s * b * a to the tensor `name`. REQUIRES: all three are tables of this.
  void add(const std::string& name, const std::string& a, const std::string& b, float s) {
    const auto f32 = core::tensor::DType::kF32;
    additions_[name].push_back(
        {numbers_.at(a), numbers_.at(b), f32, f32, tables_.at(a).shape[0], s});
  }

  std::optional<core::run::TensorShape> find(std::string_view name) const override {
    const auto found = numbers_.find(name);
    if (found == numbers_.end()) return std::nullopt;
    core::run::TensorShape shape{
        found->second, core::tensor::DType::kF32, order_[found->second]->shape, {}};
    if (const auto added = additions_.find(name); added != additions_.end()) {
      shape.additions = added->second;
    }
    return shape;
  }
  core::Result<core::Bytes> acquire(core::run::TensorNumber number) override {
    ++held_;
    return core::Bytes(std::as_bytes(std::span(order_[number]->values)));
  }
  void release(core::run::TensorNumber) noexcept override { --held_; }
  std::size_t held() const { return held_; }

 private:
  Tables tables_;
  std::vector<const Table*> order_;
  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::map<std::string, std::vector<core::run::LowRank>, std::less<>> additions_;
  std::size_t held_ = 0;
};

}  // namespace hartonomous::test
