// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/phrase_climb.hpp"

#include <algorithm>

namespace hartonomous::core::text {

namespace {

constexpr int kMaxHeight = 1000;  // documents have a dozen levels; more is a cycle

class Climber {
 public:
  Climber(std::string_view phrase, std::uint64_t budget, ClimbSource& source)
      : phrase_(phrase), budget_(budget), source_(source) {}

  Result<bool> run(std::vector<PhrasePiece> pieces, Checkpoint& checkpoint,
                   std::vector<Occurrence>& out) {
    for (int height = 0; !pieces.empty(); ++height) {
      if (height == kMaxHeight) return Status{Code::kCorrupt, "atom contains itself"};
      if (pieces.size() > budget_) return false;
      budget_ -= pieces.size();
      std::ranges::sort(pieces);
      std::vector<std::int64_t> atoms;
      for (const PhrasePiece& piece : pieces) {
        if (is_whole(piece)) out.push_back({piece.atom, piece.offset});
        if (atoms.empty() || atoms.back() != piece.atom) atoms.push_back(piece.atom);
      }
      next_.clear();
      for (const ClimbSource::References& references : source_.references(atoms)) {
        const auto [first, last] =
            std::ranges::equal_range(pieces, references.atom, {}, &PhrasePiece::atom);
        for (auto piece = first; piece != last; ++piece) {
          HARTONOMOUS_CHECK(rise(*piece, references));
          if (budget_ == 0 || next_.size() > budget_) return false;
        }
        checkpoint.reached(0);
      }
      pieces = std::exchange(next_, {});
    }
    return true;
  }

 private:
  bool is_whole(const PhrasePiece& piece) const noexcept {
    return piece.begin == 0 && piece.end == phrase_.size();
  }

  // The piece in every parent of its atom.
  Status rise(const PhrasePiece& piece, const ClimbSource::References& references) {
    std::span<const Posting> rest = references.postings;
    while (!rest.empty()) {
      std::size_t count = 1;
      while (count < rest.size() && rest[count].parent == rest[0].parent) ++count;
      const std::span<const Posting> group = rest.first(count);
      if (is_whole(piece)) {
        for (const Posting& posting : group) shift(piece, posting, references.byte_length);
      } else {
        HARTONOMOUS_CHECK(extend(piece, group, references.byte_length));
      }
      if (budget_ == 0 || next_.size() > budget_) return Status::ok();
      rest = rest.subspan(count);
    }
    return Status::ok();
  }

  void shift(const PhrasePiece& piece, const Posting& posting, std::uint64_t length) {
    for (std::uint32_t copy = 0; copy < posting.multiplicity && next_.size() <= budget_; ++copy) {
      next_.push_back(
          {posting.parent, 0, phrase_.size(), posting.offset + copy * length + piece.offset});
    }
  }

  // Whether the bytes beside the atom let the piece go on. They do not tell about neighbours that
  // are copies of the atom itself.
  bool may_fit(const PhrasePiece& piece, const Posting& posting) const noexcept {
    if (posting.multiplicity > 1) return true;
    const auto differs = [](char beside, char wanted) { return beside != 0 && beside != wanted; };
    if (piece.begin > 0 && differs(posting.before, phrase_[piece.begin - 1])) return false;
    return piece.end == phrase_.size() || !differs(posting.after, phrase_[piece.end]);
  }

  // The k-th posting of the group is the k-th run of the atom among the parent's children.
  Status extend(const PhrasePiece& piece, std::span<const Posting> group, std::uint64_t length) {
    const auto fits = [&](const Posting& posting) { return may_fit(piece, posting); };
    if (std::ranges::none_of(group, fits)) return Status::ok();
    const AtomContent* parent = source_.content(group[0].parent);
    if (parent == nullptr) return Status::ok();  // deleted; so is all that contains it
    std::size_t at = 0;
    for (std::size_t run = 0; run < parent->children.size(); ++run) {
      if (parent->children[run].atom != piece.atom) continue;
      if (at == group.size() || group[at].multiplicity != parent->children[run].multiplicity) break;
      const Posting& posting = group[at++];
      if (!fits(posting)) continue;
      for (std::uint32_t copy = 0; copy < posting.multiplicity; ++copy) {
        if (budget_ == 0) return Status::ok();
        --budget_;
        extend_copy(piece, *parent, run, copy, {posting.parent, posting.offset + copy * length});
        if (is_corrupt_) return {Code::kCorrupt, "atom contains itself"};
      }
    }
    if (at != group.size()) return {Code::kCorrupt, "text index is not that of the atoms"};
    return Status::ok();
  }

  // `place` is where this copy of the atom stands.
  void extend_copy(const PhrasePiece& piece, const AtomContent& parent, std::size_t run,
                   std::uint32_t copy, Occurrence place) {
    std::uint64_t begin = piece.begin, end = piece.end;
    const auto before = [&](const AtomContent::Run& child, std::uint32_t copies) {
      return copies_before(child.atom, copies, begin, 0);
    };
    const auto after = [&](const AtomContent::Run& child, std::uint32_t copies) {
      return copies_after(child.atom, copies, end, 0);
    };
    const AtomContent::Run& own = parent.children[run];
    bool fits = before(own, copy) && after(own, own.multiplicity - copy - 1);
    for (std::size_t i = run; fits && i > 0 && begin > 0; --i) {
      fits = before(parent.children[i - 1], parent.children[i - 1].multiplicity);
    }
    for (std::size_t i = run + 1; fits && i < parent.children.size() && end < phrase_.size(); ++i) {
      fits = after(parent.children[i], parent.children[i].multiplicity);
    }
    if (!fits) return;
    next_.push_back(
        {place.atom, begin, end, begin > 0 ? 0 : place.offset + piece.offset - piece.begin});
  }

  // Compares the end of the atom's text with phrase[0, begin), and moves `begin` down to what is
  // still to be compared. False if they differ.
  bool matches_before(std::int64_t atom, std::uint64_t& begin, int depth) {
    const AtomContent* content = look_up(atom, depth);
    if (content == nullptr) return false;
    if (content->is_constant) {
      const std::string_view bytes = content->bytes;
      const std::uint64_t size = std::min<std::uint64_t>(bytes.size(), begin);
      begin -= size;
      return bytes.substr(bytes.size() - size) == phrase_.substr(begin, size);
    }
    for (auto run = content->children.rbegin(); run != content->children.rend() && begin > 0;
         ++run) {
      if (!copies_before(run->atom, run->multiplicity, begin, depth + 1)) return false;
    }
    return true;
  }

  bool copies_before(std::int64_t atom, std::uint32_t copies, std::uint64_t& begin, int depth) {
    for (; copies > 0 && begin > 0; --copies) {
      const std::uint64_t was = begin;
      if (!matches_before(atom, begin, depth)) return false;
      if (begin == was) break;  // an empty text
    }
    return true;
  }

  // The same with the start of the atom's text and phrase[end, ...).
  bool matches_after(std::int64_t atom, std::uint64_t& end, int depth) {
    const AtomContent* content = look_up(atom, depth);
    if (content == nullptr) return false;
    if (content->is_constant) {
      const std::string_view bytes = content->bytes;
      const std::uint64_t size = std::min<std::uint64_t>(bytes.size(), phrase_.size() - end);
      const bool fits = bytes.substr(0, size) == phrase_.substr(end, size);
      end += size;
      return fits;
    }
    for (const AtomContent::Run& run : content->children) {
      if (end == phrase_.size()) break;
      if (!copies_after(run.atom, run.multiplicity, end, depth + 1)) return false;
    }
    return true;
  }

  bool copies_after(std::int64_t atom, std::uint32_t copies, std::uint64_t& end, int depth) {
    for (; copies > 0 && end < phrase_.size(); --copies) {
      const std::uint64_t was = end;
      if (!matches_after(atom, end, depth)) return false;
      if (end == was) break;
    }
    return true;
  }

  const AtomContent* look_up(std::int64_t atom, int depth) {
    is_corrupt_ |= depth == kMaxHeight;
    return is_corrupt_ ? nullptr : source_.content(atom);
  }

  std::string_view phrase_;
  std::uint64_t budget_;
  ClimbSource& source_;
  std::vector<PhrasePiece> next_;
  bool is_corrupt_ = false;
};

}  // namespace

Result<bool> climb(std::string_view phrase, std::vector<PhrasePiece> pieces, std::uint64_t budget,
                   ClimbSource& source, Checkpoint& checkpoint, std::vector<Occurrence>& out) {
  return Climber(phrase, budget, source).run(std::move(pieces), checkpoint, out);
}

}  // namespace hartonomous::core::text
