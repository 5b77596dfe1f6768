// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A tensor acquired for as long as this lives.
#pragma once

#include <utility>

#include "core/run/weights.hpp"

namespace hartonomous::core::run {

class HeldTensor {
 public:
  static Result<HeldTensor> acquire(WeightSource& weights, TensorNumber number) {
    HARTONOMOUS_TRY(const Bytes bytes, weights.acquire(number));
    return HeldTensor(weights, number, bytes);
  }
  HeldTensor(HeldTensor&& other) noexcept
      : weights_(std::exchange(other.weights_, nullptr)),
        number_(other.number_),
        bytes_(other.bytes_) {}
  HeldTensor& operator=(HeldTensor&&) = delete;
  ~HeldTensor() {
    if (weights_ != nullptr) weights_->release(number_);
  }

  Bytes bytes() const noexcept { return bytes_; }

 private:
  HeldTensor(WeightSource& weights, TensorNumber number, Bytes bytes) noexcept
      : weights_(&weights), number_(number), bytes_(bytes) {}

  WeightSource* weights_;
  TensorNumber number_;
  Bytes bytes_;
};

}  // namespace hartonomous::core::run
