// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The best successors of a context come from a merge of its list with those of its suffixes, each
// scaled by the back_offs on the way down. As a list's own probability is at least what its suffix
// would give through the back_off, the first appearance of a word in the merge is the one that
// counts, and later ones are skipped; nothing has to be looked up. This is the threshold algorithm
// (Fagin, Lotem, Naor, 2003) in the case where the first sight settles an object's score.
#include "store/edge_distribution.hpp"

#include <algorithm>

namespace hartonomous::store {

namespace {

constexpr int kBackOff = 3, kTargets = 4, kProbabilities = 5;

template <class T>
void copy_array(Datum datum, std::vector<T>& out) {
  const auto* array = reinterpret_cast<const ArrayType*>(DatumGetPointer(datum));  // STORAGE PLAIN
  const std::size_t count = ARR_NDIM(array) == 0 ? 0 : static_cast<std::size_t>(ARR_DIMS(array)[0]);
  const auto* first = reinterpret_cast<const T*>(ARR_DATA_PTR(array));
  out.assign(first, first + count);
}

}  // namespace

DistributionReader::DistributionReader(std::int32_t domain_id, std::int32_t context_length,
                                       double unknown_probability)
    : domain_id_(domain_id),
      context_length_(context_length),
      unknown_probability_(unknown_probability),
      lists_("edge_distribution", "edge_distribution_pkey") {}

bool DistributionReader::load(std::int64_t context, std::int32_t piece, Level& level) {
  lists_.find({Int64GetDatum(context), Int32GetDatum(domain_id_), Int32GetDatum(piece)});
  if (!lists_.next()) return false;
  level.back_off = double{DatumGetFloat4(lists_.value(kBackOff))};
  copy_array(lists_.value(kTargets), level.targets);
  copy_array(lists_.value(kProbabilities), level.probabilities);
  if (level.targets.size() != level.probabilities.size()) {
    pg::raise({core::Code::kCorrupt,
               "distribution of context " + std::to_string(context) + " is malformed"});
  }
  level.context = context;
  level.piece = piece;
  level.at = 0;
  level.is_last = level.targets.size() < kPieceLength;
  return true;
}

void DistributionReader::go_to(std::span<const std::int64_t> words) {
  given_.clear();
  levels_.resize(std::min<std::size_t>(levels_.size(), 1));  // the empty context's stays
  if (levels_.empty()) {
    Level root{};
    if (load(kEmptyContext, 0, root)) levels_.push_back(std::move(root));
  } else {
    rewind();
  }
  std::int64_t context = kEmptyContext;
  const std::size_t most = std::min(words.size(), static_cast<std::size_t>(context_length_));
  for (std::size_t i = 1; i <= most && !levels_.empty(); ++i) {
    const std::int64_t word = words[words.size() - i];
    const auto longer = word == kUnknownWord ? std::nullopt : contexts_.find({context, word});
    Level level{};
    if (!longer || !load(*longer, 0, level)) break;
    context = *longer;
    levels_.push_back(std::move(level));
  }
  double scale = 1;
  for (std::size_t i = levels_.size(); i-- > 0;) {
    levels_[i].scale = scale;
    if (i > 0) scale *= levels_[i].back_off;
  }
  unknown_scale_ = scale;
}

const DistributionReader::Listed& DistributionReader::all_of(std::int64_t context) {
  const auto [entry, is_new] = long_lists_.try_emplace(context);
  if (!is_new) return entry->second;
  Level piece{};
  for (std::int32_t i = 0; load(context, i, piece); ++i) {
    for (std::size_t j = 0; j < piece.targets.size(); ++j) {
      entry->second.emplace(piece.targets[j], piece.probabilities[j]);
    }
    if (piece.is_last) break;
  }
  return entry->second;
}

std::optional<double> DistributionReader::listed(const Level& level, std::int64_t target) {
  if (level.piece == 0 && level.is_last) {
    const auto found = std::find(level.targets.begin(), level.targets.end(), target);
    if (found == level.targets.end()) return std::nullopt;
    return level.probabilities[static_cast<std::size_t>(found - level.targets.begin())];
  }
  const Listed& all = all_of(level.context);
  const auto found = all.find(target);
  if (found == all.end()) return std::nullopt;
  return found->second;
}

Successor DistributionReader::score(std::int64_t target) {
  for (std::size_t i = levels_.size(); i-- > 0 && target != kUnknownWord;) {
    if (const auto probability = listed(levels_[i], target)) {
      return {target, levels_[i].scale * *probability, static_cast<std::int32_t>(i)};
    }
  }
  return {kUnknownWord, unknown_scale_ * unknown_probability_, 0};
}

void DistributionReader::rewind() {
  given_.clear();
  for (Level& level : levels_) {
    if (level.piece > 0) load(level.context, 0, level);
    level.at = 0;
  }
}

void DistributionReader::refill(Level& level) {
  if (level.at < level.targets.size() || level.is_last) return;
  if (!load(level.context, level.piece + 1, level)) level.is_last = true;
}

std::optional<Successor> DistributionReader::next() {
  for (;;) {
    Level* best = nullptr;
    for (std::size_t i = levels_.size(); i-- > 0;) {
      Level& level = levels_[i];
      refill(level);
      if (level.at >= level.targets.size()) continue;
      if (best == nullptr || level.scale * level.probabilities[level.at] >
                                 best->scale * best->probabilities[best->at]) {
        best = &level;
      }
    }
    if (best == nullptr) return std::nullopt;
    const std::int64_t target = best->targets[best->at];
    const double probability = best->scale * best->probabilities[best->at];
    ++best->at;
    if (!given_.insert(target).second) continue;
    return Successor{target, probability, static_cast<std::int32_t>(best - levels_.data())};
  }
}

}  // namespace hartonomous::store
