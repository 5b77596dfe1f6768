// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The 3-sphere is a bundle of circles (fibres) over the ordinary sphere: the Hopf fibration. We
// take M = 4352 points along an equal-area spiral of the ordinary sphere and 256 places on the
// circle above each, M * 256 = 0x110000. Fibre k, place j:
//
//   t = (k + 1/2) / M            area fraction below the spiral's turn, so Z^2 + M^2 = t
//   phi = sqrt(M pi) theta       the spiral's longitude, theta = 2 asin(sqrt t) its colatitude
//   psi = 2 pi (j + 1/2) / 256 - sqrt(M pi) sqrt(t (1 - t))
//   X + iY = sqrt(1 - t) e^(i (psi + phi/2)),   Z + iM = sqrt(t) e^(i (psi - phi/2))
//
// The second term of psi is the parallel transport along the spiral: it keeps place j of one fibre
// beside place j of the next. Fibres x places is thus a grid whose steps are all about 0.0245 long;
// it is cut into tiles of 16 x 16, one per block of 256 codepoints, and a tile is filled along the
// 2-D Hilbert curve, so that a script that fills a few blocks fills a few compact patches. (Laying
// codepoints along the fibres row by row is as even, but stretches 256 of them round a circle:
// mean distance within a block 1.27 against 0.21 here.)
#include "core/space/hypersphere.hpp"

#include <cmath>

#include "core/space/hilbert_machine.hpp"
#include "core/space/trigonometry.hpp"

namespace hartonomous::core::space {

namespace {

constexpr std::uint32_t kFibres = 4352;
constexpr std::uint32_t kPlaces = 256;
constexpr std::uint32_t kTile = 16;
constexpr unsigned kTileLevels = 4;
static_assert(kFibres * kPlaces == kCharacterPlaces);

struct GridPlace {
  std::uint32_t fibre, place;
};

GridPlace grid_place(std::uint32_t codepoint) noexcept {
  const std::uint32_t tile = codepoint / (kTile * kTile);
  const auto inside = HilbertMachine<2>::decode(codepoint % (kTile * kTile), kTileLevels);
  constexpr std::uint32_t kTilesPerRow = kPlaces / kTile;
  return {tile / kTilesPerRow * kTile + inside[0], tile % kTilesPerRow * kTile + inside[1]};
}

std::uint32_t codepoint_of_place(GridPlace at) noexcept {
  constexpr std::uint32_t kTilesPerRow = kPlaces / kTile;
  const std::uint32_t tile = at.fibre / kTile * kTilesPerRow + at.place / kTile;
  const auto inside = HilbertMachine<2>::encode({at.fibre % kTile, at.place % kTile}, kTileLevels);
  return tile * kTile * kTile + static_cast<std::uint32_t>(inside);
}

struct Fibre {
  double root_t;     // |Z + iM|
  double root_rest;  // |X + iY|
  double half_phi;   // half the spiral's longitude
  double transport;  // what parallel transport has turned so far
};

Fibre fibre(std::uint32_t k) noexcept {
  const double spiral = std::sqrt(kFibres * kPi);
  const double t = (k + 0.5) / kFibres;
  const double root_t = std::sqrt(t);
  const double root_rest = std::sqrt(1 - t);
  // theta / 2 = asin(sqrt t), written as an arc tangent
  return {root_t, root_rest, spiral * atan2(root_t, root_rest), spiral * std::sqrt(t * (1 - t))};
}

Point4 point_of(GridPlace at) noexcept {
  const Fibre f = fibre(at.fibre);
  const double psi = 2 * kPi * (at.place + 0.5) / kPlaces - f.transport;
  const SinCos first = sincos(psi + f.half_phi);
  const SinCos second = sincos(psi - f.half_phi);
  return {f.root_rest * first.cos, f.root_rest * first.sin, f.root_t * second.cos,
          f.root_t * second.sin};
}

bool within_one_cell(double a, double b) noexcept {
  const double difference = a - b;
  return difference <= 0x1p-31 && difference >= -0x1p-31;
}

}  // namespace

Point4 character_point(char32_t codepoint) noexcept { return point_of(grid_place(codepoint)); }

std::optional<char32_t> codepoint_at(const Point4& p) noexcept {
  for (const double c : {p.x, p.y, p.z, p.m}) {
    if (!(c >= -1 && c <= 1)) return std::nullopt;
  }
  const double t = p.z * p.z + p.m * p.m;
  if (!(t < 1)) return std::nullopt;
  const auto k = static_cast<std::uint32_t>(t * kFibres);
  const Fibre f = fibre(k);
  // Which 256th of the turn, counted from place 0; the outermost angles are below 1000 radians.
  const double psi = atan2(p.y, p.x) - f.half_phi + f.transport;
  const double turns = psi * (kPlaces / (2 * kPi)) - 0.5;
  const auto j = static_cast<std::int32_t>(std::floor(turns + 0.5));
  const GridPlace at{k, static_cast<std::uint32_t>(j) % kPlaces};
  const Point4 q = point_of(at);
  if (!within_one_cell(p.x, q.x) || !within_one_cell(p.y, q.y) || !within_one_cell(p.z, q.z) ||
      !within_one_cell(p.m, q.m)) {
    return std::nullopt;
  }
  return static_cast<char32_t>(codepoint_of_place(at));
}

}  // namespace hartonomous::core::space
