// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/huggingface_settings.hpp"

#include <array>

#include "core/tokenizer/known_patterns.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::string_view kMarker = "\xe2\x96\x81";  // U+2581

Status not_supported(std::string_view what, std::string_view which) {
  return Status(Code::kUnsupported,
                std::string(what) + " " + quoted(which) + " of a tokenizer is not supported");
}

// U+2581 is a space here.
std::string with_spaces(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_marker = text.substr(at).starts_with(kMarker);
    out += is_marker ? ' ' : text[at];
    at += is_marker ? kMarker.size() : 1;
  }
  return out;
}

int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

Result<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return Status(Code::kMalformed, "character map of a tokenizer is not base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xff);
  }
  return out;
}

Status add_replace(const JsonValue& from, Definition& out) {
  const JsonValue& pattern = from["pattern"];
  const std::string to = with_spaces(from["content"].as_text());
  if (!pattern["Regex"].is_null()) {
    const std::string_view expression = pattern["Regex"].as_text();
    if (expression == " {2,}") {
      out.normalization.push_back({StepKind::kOneSpace, " ", to, false, false});
    } else if (expression == "\\s+") {
      out.normalization.push_back({StepKind::kOneForWhite, "", to, false, false});
    } else {
      return not_supported("replacement of", expression);
    }
    return Status::ok();
  }
  const std::string what = with_spaces(pattern["String"].as_text());
  if (what.empty()) return not_supported("replacement of", "");
  if (what != to) out.normalization.push_back({StepKind::kReplace, what, to, false, false});
  return Status::ok();
}

void add(Definition& out, StepKind kind) {
  out.normalization.push_back({kind, "", "", false, false});
}

void add_bert(const JsonValue& from, Definition& out) {
  const bool lowers = from["lowercase"].as_flag(true);
  if (from["clean_text"].as_flag(true)) add(out, StepKind::kCleanText);
  if (from["handle_chinese_chars"].as_flag(true)) add(out, StepKind::kSpaceCjk);
  if (from["strip_accents"].as_flag(lowers)) {
    add(out, StepKind::kNfd);
    add(out, StepKind::kStripAccents);
  }
  if (lowers) add(out, StepKind::kLowercase);
}

Status read_prefix(const JsonValue& from, Definition& out) {
  const std::string prefix = with_spaces(from["prepend"].as_text());
  if (prefix == " ") {
    out.space_prefix = SpacePrefix::kEach;
  } else if (!prefix.empty()) {
    out.normalization.push_back({StepKind::kPrepend, "", prefix, false, false});
  }
  return Status::ok();
}

constexpr std::pair<std::string_view, StepKind> kPlainSteps[] = {
    {"NFC", StepKind::kNfc},
    {"NFD", StepKind::kNfd},
    {"NFKC", StepKind::kNfkc},
    {"NFKD", StepKind::kNfkd},
    {"Lowercase", StepKind::kLowercase},
    {"StripAccents", StepKind::kStripAccents},
};

Status read_metaspace(const JsonValue& from, Definition& out) {
  const std::string_view scheme =
      from["prepend_scheme"].as_text(from["add_prefix_space"].as_flag(true) ? "always" : "never");
  out.space_prefix = scheme == "always"  ? SpacePrefix::kEach
                     : scheme == "first" ? SpacePrefix::kFirst
                                         : SpacePrefix::kNever;
  out.prefix_unless_space = true;
  if (from["split"].as_flag(true)) out.words = WordRule::kSpace;
  return Status::ok();
}

// The ways of byte-level tokenizers, which are sequences: of which kind each part is.
Status read_byte_level(std::span<const JsonValue* const> parts, Definition& out) {
  std::string pattern;
  for (const JsonValue* part : parts) {
    const std::string_view type = (*part)["type"].as_text();
    std::string step;
    if (type == "ByteLevel") {
      if ((*part)["add_prefix_space"].as_flag(false)) {
        out.space_prefix = SpacePrefix::kEach;
        out.prefix_unless_space = true;
      }
      if ((*part)["use_regex"].as_flag(true)) step = "gpt2";
    } else if (type == "Split") {
      const std::string_view expression = (*part)["pattern"]["Regex"].as_text();
      step = pattern_of_expression(expression);
      if (step.empty()) return not_supported("pre-tokenizer pattern", expression);
    } else if (type == "Digits") {
      step = (*part)["individual_digits"].as_flag(false) ? "digits" : "numbers";
    } else if (type == "Punctuation") {
      step = "punctuation";
    } else {
      return not_supported("pre-tokenizer", type);
    }
    if (step.empty()) continue;
    if (!pattern.empty()) pattern += ", ";
    pattern += step;
  }
  out.vocabulary.pattern = pattern.empty() ? "none" : pattern_of_sequence(pattern);
  return Status::ok();
}

void collect_parts(const JsonValue& from, std::vector<const JsonValue*>& out) {
  if (from.is_null()) return;
  if (from["type"].as_text() != "Sequence") {
    out.push_back(&from);
    return;
  }
  for (const JsonValue& part : from["pretokenizers"].elements) collect_parts(part, out);
}

}  // namespace

Status read_normalizer(const JsonValue& from, Definition& out) {
  if (from.is_null()) return Status::ok();
  const std::string_view type = from["type"].as_text();
  if (type == "Sequence") {
    for (const JsonValue& one : from["normalizers"].elements) {
      HARTONOMOUS_CHECK(read_normalizer(one, out));
    }
    return Status::ok();
  }
  if (type == "Prepend") return read_prefix(from, out);
  if (type == "Replace") return add_replace(from, out);
  if (type == "BertNormalizer") {
    add_bert(from, out);
    return Status::ok();
  }
  if (type == "Strip") {
    out.normalization.push_back({StepKind::kStrip, "", "", from["strip_left"].as_flag(true),
                                 from["strip_right"].as_flag(true)});
    return Status::ok();
  }
  if (type == "Precompiled") {
    HARTONOMOUS_TRY(std::string blob, decode_base64(from["precompiled_charsmap"].as_text()));
    out.normalization.push_back({StepKind::kCharacterMap, "", std::move(blob), false, false});
    return Status::ok();
  }
  for (const auto& [name, kind] : kPlainSteps) {
    if (type != name) continue;
    add(out, kind);
    return Status::ok();
  }
  return not_supported("normalizer", type);
}

Status read_pre_tokenizer(const JsonValue& from, Definition& out) {
  std::vector<const JsonValue*> parts;
  collect_parts(from, parts);
  if (out.vocabulary.algorithm == cpe::Algorithm::kPairs && out.vocabulary.units_are_bytes) {
    return read_byte_level(parts, out);
  }
  for (const JsonValue* part : parts) {
    const std::string_view type = (*part)["type"].as_text();
    if (type == "Metaspace") {
      HARTONOMOUS_CHECK(read_metaspace(*part, out));
    } else if (type == "BertPreTokenizer") {
      out.words = WordRule::kBert;
    } else if (type == "WhitespaceSplit") {
      out.words = WordRule::kSpaceAlone;
    } else {
      return not_supported("pre-tokenizer", type);
    }
  }
  return Status::ok();
}

void read_decoder(const JsonValue& from, Definition& out) {
  const std::string_view type = from["type"].as_text();
  for (const JsonValue& one : from["decoders"].elements) read_decoder(one, out);
  if (type == "Strip" && from["content"].as_text() == " ") {
    out.strips_first_space = from["start"].as_number().value_or(0) > 0;
  } else if (type == "Metaspace") {
    const std::string_view scheme =
        from["prepend_scheme"].as_text(from["add_prefix_space"].as_flag(true) ? "always" : "never");
    out.strips_first_space = scheme != "never";
  } else if (type == "WordPiece") {
    out.cleans_up = from["cleanup"].as_flag(true);
  }
}

Status read_post_processor(const JsonValue& from, Definition& out) {
  const std::string_view type = from["type"].as_text();
  for (const JsonValue& one : from["processors"].elements) {
    HARTONOMOUS_CHECK(read_post_processor(one, out));
  }
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    for (const auto& [key, ids] : {std::pair{"cls", &out.before}, std::pair{"sep", &out.after}}) {
      const auto& pair = from[key].elements;
      if (pair.size() != 2) continue;
      if (const auto id = pair[1].as_number()) ids->push_back(*id);
    }
  }
  if (type != "TemplateProcessing") return Status::ok();
  bool is_after = false;
  for (const JsonValue& one : from["single"].elements) {
    if (!one["Sequence"].is_null()) {
      is_after = true;
      continue;
    }
    const JsonValue& token = from["special_tokens"][one["SpecialToken"]["id"].as_text()];
    for (const JsonValue& id : token["ids"].elements) {
      const auto number = id.as_number();
      if (!number) return {Code::kMalformed, "post-processor of a tokenizer names no token"};
      (is_after ? out.after : out.before).push_back(*number);
    }
  }
  return Status::ok();
}

}  // namespace hartonomous::core::tokenizer
