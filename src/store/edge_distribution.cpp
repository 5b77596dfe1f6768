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

#include "core/graph/mixture.hpp"

namespace hartonomous::store {

namespace {

constexpr int kBackOff = 3, kIndexPieces = 4, kTargets = 5, kProbabilities = 6;
constexpr std::size_t kMostIndexed = 10'000;  // pieces kept: some 20 MB

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

std::optional<double> DistributionReader::Piece::find(std::int64_t target) const noexcept {
  const auto found = std::find(targets.begin(), targets.end(), target);
  if (found == targets.end()) return std::nullopt;
  return probabilities[static_cast<std::size_t>(found - targets.begin())];
}

bool DistributionReader::load(std::int64_t context, std::int32_t piece, Piece& out) {
  lists_.find({Int64GetDatum(context), Int32GetDatum(domain_id_), Int32GetDatum(piece)});
  if (!lists_.next()) return false;
  out.back_off = DatumGetFloat4(lists_.value(kBackOff));
  out.index_pieces = DatumGetInt32(lists_.value(kIndexPieces));
  copy_array(lists_.value(kTargets), out.targets);
  copy_array(lists_.value(kProbabilities), out.probabilities);
  if (out.targets.size() != out.probabilities.size()) {
    pg::raise({core::Code::kCorrupt,
               "distribution of context " + std::to_string(context) + " is malformed"});
  }
  return true;
}

bool DistributionReader::load_first(std::int64_t context, Level& level) {
  if (!load(context, 0, level.held)) return false;
  level.context = context;
  level.back_off = double{level.held.back_off};
  level.distinct = level.held.targets.size();
  level.piece = 0;
  level.at = 0;
  return true;
}

void DistributionReader::go_to(std::span<const std::int64_t> words) {
  given_.clear();
  levels_.resize(std::min<std::size_t>(levels_.size(), 1));  // the empty context's stays
  if (levels_.empty()) {
    Level root{};
    if (load_first(kEmptyContext, root)) levels_.push_back(std::move(root));
  } else {
    rewind();
  }
  std::int64_t context = kEmptyContext;
  const std::size_t most = std::min(words.size(), static_cast<std::size_t>(context_length_));
  for (std::size_t i = 1; i <= most && !levels_.empty(); ++i) {
    const std::int64_t word = words[words.size() - i];
    const auto longer = word == kUnknownWord ? std::nullopt : contexts_.find({context, word});
    Level level{};
    if (!longer || !load_first(*longer, level)) break;
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

std::optional<double> DistributionReader::listed(const Level& level, std::int64_t target) {
  if (!level.is_long()) return level.held.find(target);
  const std::int32_t piece = index_piece(target, level.held.index_pieces);
  if (indexed_.size() >= kMostIndexed) indexed_.clear();
  const auto [entry, is_new] = indexed_.try_emplace({level.context, piece});
  if (is_new && !load(level.context, piece, entry->second)) return std::nullopt;
  return entry->second.find(target);
}

bool DistributionReader::knows(std::int64_t target) {
  if (target == kUnknownWord) return false;
  if (levels_.empty()) go_to({});
  return !levels_.empty() && listed(levels_[0], target);
}

std::uint32_t DistributionReader::bucket(std::uint32_t most) const noexcept {
  if (levels_.empty()) return 0;
  const Level& longest = levels_.back();
  return core::graph::context_bucket(std::min(most, static_cast<std::uint32_t>(levels_.size() - 1)),
                                     longest.distinct, static_cast<float>(longest.back_off));
}

Successor DistributionReader::score(std::int64_t target) {
  for (std::size_t i = levels_.size(); i-- > 0 && target != kUnknownWord;) {
    if (const auto probability = listed(levels_[i], target)) {
      return {target, levels_[i].scale * *probability, static_cast<std::int32_t>(i)};
    }
  }
  return {kUnknownWord, unknown(), 0};
}

void DistributionReader::rewind() {
  given_.clear();
  for (Level& level : levels_) {
    if (level.piece > 0) load_first(level.context, level);
    level.at = 0;
  }
}

// Whether the list goes on.
bool DistributionReader::refill(Level& level) {
  if (level.at < level.held.targets.size()) return true;
  if (!level.is_long() || level.held.targets.size() < kPieceLength) return false;
  if (!load(level.context, level.piece + 1, level.held)) {
    level.held.targets.clear();
    return false;
  }
  ++level.piece;
  level.at = 0;
  return !level.held.targets.empty();
}

DistributionReader::Level* DistributionReader::best_level() {
  Level* best = nullptr;
  for (std::size_t i = levels_.size(); i-- > 0;) {
    if (!refill(levels_[i])) continue;
    if (best == nullptr || levels_[i].head() > best->head()) best = &levels_[i];
  }
  return best;
}

double DistributionReader::bound() {
  const Level* best = best_level();
  return best == nullptr ? 0 : best->head();
}

std::optional<Successor> DistributionReader::next() {
  for (Level* best = best_level(); best != nullptr; best = best_level()) {
    const std::int64_t target = best->held.targets[best->at];
    const double probability = best->head();
    ++best->at;
    if (!given_.insert(target).second) continue;
    return Successor{target, probability, static_cast<std::int32_t>(best - levels_.data())};
  }
  return std::nullopt;
}

}  // namespace hartonomous::store
