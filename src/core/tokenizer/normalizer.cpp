// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/normalizer.hpp"

#include "core/base/utf8.hpp"
#include "core/tokenizer/character_map.hpp"
#include "core/tokenizer/text_steps.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::size_t kPollInterval = 1 << 16;
constexpr std::size_t kMostSteps = 1 << 12;  // of an image

void replace_all(std::string_view text, std::string_view from, std::string_view to,
                 std::string& out) {
  while (!text.empty()) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == text.npos) break;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

// One stretch as SentencePiece maps it: the longest rule, else a character, else a broken byte.
CharacterMap::Match map_first(const CharacterMap* map, std::string_view text) noexcept {
  if (map != nullptr) {
    if (const CharacterMap::Match found = map->longest(text); found.length != 0) return found;
  }
  const utf8::Decoded decoded = utf8::decode(text);
  if (decoded.length == 0) return {1, kReplacement};
  return {decoded.length, text.substr(0, decoded.length)};
}

// How many bytes stay as they are, found out fast.
std::size_t kept_prefix(const CharacterMap* map, std::string_view text) noexcept {
  const auto is_ascii = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) < 0x80; };
  const auto keeps = [&](std::size_t i) {
    return map == nullptr || map->keeps(static_cast<unsigned char>(text[i]));
  };
  std::size_t end = 0;
  while (end < text.size() && is_ascii(end) && keeps(end) &&
         (end + 1 == text.size() || is_ascii(end + 1))) {
    ++end;
  }
  return end;
}

struct SpaceRules {
  bool removes_extra, prefix, suffix;
};

void normalize_as_sentencepiece(std::string_view text, const CharacterMap* map, SpaceRules rules,
                                std::string& out, Checkpoint& checkpoint) {
  if (rules.removes_extra) {
    while (!text.empty()) {
      const CharacterMap::Match first = map_first(map, text);
      if (first.replacement != " ") break;
      text.remove_prefix(first.length);
    }
  }
  if (text.empty()) return;
  const std::size_t begin = out.size();
  if (rules.prefix) out += ' ';
  out.reserve(out.size() + text.size());
  bool after_space = rules.removes_extra;
  for (std::size_t done = 0; !text.empty();) {
    const std::size_t kept = kept_prefix(map, text);
    for (const char c : text.substr(0, kept)) {
      if (c != ' ' || !after_space) out += c;
      after_space = rules.removes_extra && c == ' ';
    }
    text.remove_prefix(kept);
    if (text.empty()) break;
    const CharacterMap::Match next = map_first(map, text);
    std::string_view to = next.replacement;
    while (after_space && to.starts_with(' ')) to.remove_prefix(1);
    out += to;
    if (!to.empty()) after_space = rules.removes_extra && to.ends_with(' ');
    text.remove_prefix(next.length);
    if ((done += next.length) >= kPollInterval) {
      checkpoint.reached(0);
      done = 0;
    }
  }
  constexpr std::string_view kMarker = "\xe2\x96\x81";  // U+2581 counts as a space here
  while (rules.removes_extra && out.size() > begin) {
    if (out.ends_with(' ')) {
      out.pop_back();
    } else if (out.ends_with(kMarker) && out.size() >= begin + kMarker.size()) {
      out.resize(out.size() - kMarker.size());
    } else {
      break;
    }
  }
  if (rules.suffix) out += ' ';
}

void apply_step(const Step& step, std::string_view text, std::string& out) {
  switch (step.kind) {
    case StepKind::kReplace:
      return replace_all(text, step.from, step.to, out);
    case StepKind::kPrepend:
      if (!text.empty()) out += step.to;
      out += text;
      return;
    case StepKind::kStrip:
      return strip_space(text, step.at_left, step.at_right, out);
    case StepKind::kOneSpace:
      return join_runs(text, step.from, step.to, out);
    case StepKind::kOneForWhite:
      return join_white_space(text, step.to, out);
    case StepKind::kNfc:
    case StepKind::kNfd:
    case StepKind::kNfkc:
    case StepKind::kNfkd:
      return normalize_unicode(step.kind, text, out);
    case StepKind::kLowercase:
      return lowercase(text, out);
    case StepKind::kStripAccents:
      return strip_marks(text, out);
    case StepKind::kCleanText:
      return clean_text(text, out);
    case StepKind::kSpaceCjk:
      return space_ideographs(text, out);
    case StepKind::kCharacterMap:
    case StepKind::kSentencePiece:
      out += text;  // a map that is not there
  }
}

// Whether the step leaves the text as it is, found out fast.
bool is_idle(const Step& step, std::string_view text, bool ascii) noexcept {
  switch (step.kind) {
    case StepKind::kReplace:
      return text.find(step.from) == text.npos;
    case StepKind::kNfc:
    case StepKind::kNfd:
    case StepKind::kNfkc:
    case StepKind::kNfkd:
    case StepKind::kStripAccents:
    case StepKind::kSpaceCjk:
      return ascii;
    default:
      return false;
  }
}

}  // namespace

Normalizer::Normalizer() = default;
Normalizer::Normalizer(Normalizer&&) noexcept = default;
Normalizer& Normalizer::operator=(Normalizer&&) noexcept = default;
Normalizer::~Normalizer() = default;

Result<Normalizer> Normalizer::make(const Definition& definition, Checkpoint&) {
  Normalizer made;
  made.steps_ = definition.normalization;
  made.prefix_ = definition.space_prefix;
  made.prefix_unless_space_ = definition.prefix_unless_space;
  made.space_is_suffix_ = definition.space_is_suffix;
  for (Step& step : made.steps_) {
    std::unique_ptr<CharacterMap>& map = made.maps_.emplace_back();
    if (step.to.empty() ||
        (step.kind != StepKind::kSentencePiece && step.kind != StepKind::kCharacterMap)) {
      continue;
    }
    HARTONOMOUS_TRY(CharacterMap read, CharacterMap::read(step.to));
    map = std::make_unique<CharacterMap>(std::move(read));
    step.to = {};
  }
  return made;
}

template <class Self, class Image>
void Normalizer::pass(Self& self, Image& image) {
  for (auto& step : self.steps_) {
    image.choice(step.kind, StepKind::kOneForWhite);
    image.text(step.from);
    image.text(step.to);
    image.value(step.at_left);
    image.value(step.at_right);
  }
  image.choice(self.prefix_, SpacePrefix::kEach);
  image.value(self.prefix_unless_space_);
  image.value(self.space_is_suffix_);
}

void Normalizer::write(ImageWriter& image) const {
  image.value(static_cast<std::uint32_t>(steps_.size()));
  pass(*this, image);
  for (const auto& map : maps_) {
    image.value(map != nullptr);
    if (map) CharacterMap::pass(*map, image);
  }
}

void Normalizer::read(ImageReader& image) {
  std::uint32_t steps = 0;
  image.value(steps);
  if (steps > kMostSteps) return image.fail();
  steps_.resize(steps);
  pass(*this, image);
  for (std::uint32_t i = 0; i < steps; ++i) {
    auto& map = maps_.emplace_back();
    bool has_map = false;
    image.value(has_map);
    if (!has_map) continue;
    map = std::make_unique<CharacterMap>();
    CharacterMap::pass(*map, image);
  }
}

std::string_view Normalizer::apply(std::string_view text, bool is_first, std::string& scratch,
                                   Checkpoint& checkpoint) const {
  bool adds_space = prefix_ == SpacePrefix::kEach || (prefix_ == SpacePrefix::kFirst && is_first);
  const bool ascii = is_ascii(text);  // no step makes other characters of ASCII
  std::string next;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (is_idle(steps_[i], text, ascii)) continue;
    next.clear();
    next.reserve(text.size());
    if (steps_[i].kind == StepKind::kSentencePiece) {
      const SpaceRules rules{steps_[i].at_left, adds_space && !space_is_suffix_,
                             adds_space && space_is_suffix_};
      normalize_as_sentencepiece(text, maps_[i].get(), rules, next, checkpoint);
      adds_space = false;
    } else if (maps_[i] != nullptr) {
      map_graphemes(*maps_[i], text, next);
    } else {
      apply_step(steps_[i], text, next);
    }
    scratch.swap(next);
    text = scratch;
    checkpoint.reached(0);
  }
  const bool wants_space =
      adds_space && !text.empty() && !(prefix_unless_space_ && text.starts_with(' '));
  if (!wants_space) return text;
  next.clear();
  next.reserve(text.size() + 1);
  if (!space_is_suffix_) next += ' ';
  next += text;
  if (space_is_suffix_) next += ' ';
  scratch.swap(next);
  return scratch;
}

}  // namespace hartonomous::core::tokenizer
