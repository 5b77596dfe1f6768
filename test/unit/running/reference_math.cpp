// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "reference.hpp"

namespace hartonomous::test::reference {

namespace {

const Table& table(const Tables& tables, const std::string& name) {
  const auto found = tables.find(name);
  if (found == tables.end()) throw std::runtime_error("the reference lacks " + name);
  return found->second;
}

}  // namespace

std::string numbered(const std::string& before, std::size_t number) {
  std::string name = before;
  name += std::to_string(number);
  name += '.';
  return name;
}

double silu(double x) { return x / (1 + std::exp(-x)); }
double gelu(double x) { return x * 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double gelu_tanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

Vector linear(const Tables& tables, const std::string& name, const Vector& x) {
  const Table& weight = table(tables, name + ".weight");
  const std::size_t columns = weight.shape.back(), rows = weight.values.size() / columns;
  if (columns != x.size()) throw std::runtime_error(name + " does not fit");
  Vector y(rows, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) y[r] += weight.values[r * columns + c] * x[c];
  }
  if (const auto bias = tables.find(name + ".bias"); bias != tables.end()) {
    for (std::size_t r = 0; r < rows; ++r) y[r] += bias->second.values[r];
  }
  return y;
}

Vector layer_norm(const Tables& tables, const std::string& name, const Vector& x, double epsilon) {
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
  const Table& weight = table(tables, name + ".weight");
  const Table& bias = table(tables, name + ".bias");
  Vector y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back((x[i] - mean) / std::sqrt(variance + epsilon) * weight.values[i] + bias.values[i]);
  }
  return y;
}

Vector rms_norm(const Vector& weight, const Vector& x, double epsilon) {
  double square = 0;
  for (const double v : x) square += v * v / static_cast<double>(x.size());
  Vector y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    y.push_back(x[i] / std::sqrt(square + epsilon) * weight[i]);
  }
  return y;
}

Vector row(const Tables& tables, const std::string& name, std::size_t index) {
  const Table& from = table(tables, name + ".weight");
  const auto columns = static_cast<std::ptrdiff_t>(from.shape.back());
  const auto begin = from.values.begin() + static_cast<std::ptrdiff_t>(index) * columns;
  return {begin, begin + columns};
}

Vector softmax(const Vector& x) {
  double sum = 0, largest = x[0];
  for (const double v : x) largest = std::max(largest, v);
  for (const double v : x) sum += std::exp(v - largest);
  Vector y;
  for (const double v : x) y.push_back(std::exp(v - largest) / sum);
  return y;
}

Vector part(const Vector& x, std::size_t begin, std::size_t count) {
  const auto from = x.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

Vector plus(const Vector& a, const Vector& b) {
  Vector sum = a;
  for (std::size_t i = 0; i < b.size(); ++i) sum[i] += b[i];
  return sum;
}

Vector rotated(const Vector& head, std::size_t position, const Vector& frequencies,
               double magnitude) {
  Vector turned = head;
  const std::size_t half = frequencies.size();
  for (std::size_t j = 0; j < half; ++j) {
    const double angle = static_cast<double>(position) * frequencies[j];
    const double a = head[j], b = head[j + half];
    turned[j] = magnitude * (a * std::cos(angle) - b * std::sin(angle));
    turned[j + half] = magnitude * (b * std::cos(angle) + a * std::sin(angle));
  }
  return turned;
}

Vector attend(const Attention& how, const Vector& query, const Rows& keys, const Rows& values,
              std::size_t from, std::size_t to) {
  Vector scores;
  for (std::size_t i = from; i < to; ++i) {
    double score = 0;
    for (std::size_t d = 0; d < query.size(); ++d) score += query[d] * keys[i][d];
    score *= how.scale;
    scores.push_back(how.cap > 0 ? how.cap * std::tanh(score / how.cap) : score);
  }
  const Vector weights = softmax(scores);
  Vector out(query.size(), 0.0);
  for (std::size_t i = from; i < to; ++i) {
    for (std::size_t d = 0; d < out.size(); ++d) out[d] += weights[i - from] * values[i][d];
  }
  return out;
}

}  // namespace hartonomous::test::reference
