// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/35_cpe: vocabularies, and texts in their tokens and atoms.
#include <algorithm>

#include "core/base/utf8.hpp"
#include "pg/array.hpp"
#include "pg/datum.hpp"
#include "store/document_store.hpp"
#include "store/vocabulary_cache.hpp"
#include "store/vocabulary_making.hpp"
#include "store/vocabulary_store.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::cpe::kPassThrough;
using core::cpe::TokenId;

std::optional<std::string_view> optional_text(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return std::nullopt;
  return arguments.text(i);
}

store::ImportRequest import_request(const pg::Arguments& arguments) {
  arguments.require(1, "name");
  return {arguments.text(1), optional_text(arguments, 2), optional_text(arguments, 3)};
}

// A call site asks for the same vocabulary row after row: it is looked up once for each name, user
// and transaction.
class CallVocabulary {
 public:
  // The vocabulary named by argument 1. Valid as long as the call.
  static store::LoadedVocabulary& of(FunctionCallInfo call) {
    FmgrInfo* const site = call->flinfo;
    if (site->fn_extra == nullptr) {
      site->fn_extra = pg::owned_by<CallVocabulary>(site->fn_mcxt);
    }
    return static_cast<CallVocabulary*>(site->fn_extra)->find(pg::Arguments(call).text(1));
  }

 private:
  store::LoadedVocabulary& find(std::string_view name) {
    const Oid user = GetUserId();
    const TimestampTz transaction = GetCurrentTransactionStartTimestamp();
    if (!found_ || name != name_ || user != user_ || transaction != transaction_) {
      found_ = store::loaded_vocabulary(name);
      name_ = name;
      user_ = user;
      transaction_ = transaction;
    }
    return *found_;
  }

  std::shared_ptr<store::LoadedVocabulary> found_;
  std::string name_;
  Oid user_ = InvalidOid;
  TimestampTz transaction_ = 0;
};

std::vector<TokenId> encode(store::LoadedVocabulary& vocabulary, std::string_view content) {
  pg::PollCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  pg::check(vocabulary.encoder().encode(content, tokens, checkpoint));
  return tokens;
}

// In SQL what passes through is -1 - unit.
std::int32_t shown(TokenId token) noexcept {
  return token < kPassThrough ? static_cast<std::int32_t>(token)
                              : -1 - static_cast<std::int32_t>(token & ~kPassThrough);
}
TokenId from_shown(std::int32_t number) noexcept {
  return number >= 0 ? static_cast<TokenId>(number)
                     : kPassThrough | static_cast<TokenId>(-1 - number);
}

Datum checked_text(std::string_view bytes) {
  if (core::utf8::first_invalid(bytes) != bytes.size() || bytes.find('\0') != bytes.npos) {
    pg::raise(core::Status(Code::kBadEncoding, "the bytes are no text")
                  .with_detail("They are not UTF-8, or contain NUL."));
  }
  return pg::text_datum(bytes);
}

// Appends the character or raw byte that -1 - C stands for among atoms.
void append_passed(std::int64_t atom, std::string& out) {
  const std::int64_t leaf = -1 - atom;
  const bool is_leaf =
      leaf >= 0 && leaf <= core::utf8::kMaxCodepoint &&
      (leaf < 0xd800 || leaf > 0xdfff || core::text::is_raw_byte(static_cast<char32_t>(leaf)));
  if (!is_leaf) {
    pg::raise({Code::kInvalidArgument, std::to_string(atom) + " is no atom"});
  }
  core::text::append_leaf(out, static_cast<char32_t>(leaf));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_cpe_train) {
  const pg::Arguments arguments(fcinfo);
  constexpr const char* kNames[] = {"name",     "corpus", "vocabulary_size", "min_frequency",
                                    "boundary", "unit",   "tie_rule"};
  for (int i = 0; i < 7; ++i) arguments.require(i, kNames[i]);
  return Int64GetDatum(store::train_vocabulary(
      {arguments.text(0), arguments.text(1), arguments.int4(2), arguments.int4(3),
       arguments.text(4), arguments.text(5), arguments.text(6), optional_text(arguments, 7)}));
}

HARTONOMOUS_FUNCTION(hartonomous_import_vocabulary) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "path");
  return Int64GetDatum(
      store::import_vocabulary_file(std::string(arguments.text(0)), import_request(arguments)));
}

HARTONOMOUS_FUNCTION(hartonomous_import_vocabulary_bytes) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "data");
  const std::string_view merges =
      arguments.is_null(4) ? std::string_view() : core::as_text(arguments.bytea(4));
  return Int64GetDatum(
      store::import_vocabulary_bytes(arguments.bytea(0), merges, import_request(arguments)));
}

HARTONOMOUS_FUNCTION(hartonomous_delete_vocabulary) {
  store::delete_vocabulary(pg::Arguments(fcinfo).text(0));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_cpe_encode_tokens) {
  const pg::Arguments arguments(fcinfo);
  const auto tokens = encode(CallVocabulary::of(fcinfo), arguments.text(0));
  std::vector<std::int32_t> numbers(tokens.size());
  std::ranges::transform(tokens, numbers.begin(), shown);
  return pg::int4_array_datum(numbers);
}

HARTONOMOUS_FUNCTION(hartonomous_cpe_encode) {
  const pg::Arguments arguments(fcinfo);
  store::LoadedVocabulary& vocabulary = CallVocabulary::of(fcinfo);
  const auto tokens = encode(vocabulary, arguments.text(0));
  std::vector<std::int64_t> atoms(tokens.size());
  std::ranges::transform(tokens, atoms.begin(),
                         [&](TokenId token) { return vocabulary.atom(token); });
  return pg::int8_array_datum(atoms);
}

HARTONOMOUS_FUNCTION(hartonomous_cpe_decode_tokens) {
  const pg::Arguments arguments(fcinfo);
  store::LoadedVocabulary& vocabulary = CallVocabulary::of(fcinfo);
  std::string bytes;
  for (const Datum number : pg::array_elements(arguments.datum(0), "tokens")) {
    const TokenId token = from_shown(DatumGetInt32(number));
    pg::check(core::cpe::append_token(vocabulary.content(), token, bytes));
  }
  return checked_text(bytes);
}

HARTONOMOUS_FUNCTION(hartonomous_cpe_decode) {
  const pg::Arguments arguments(fcinfo);
  store::LoadedVocabulary& vocabulary = CallVocabulary::of(fcinfo);
  std::string bytes;
  for (const std::int64_t atom : pg::int8_array(arguments.datum(0))) {
    if (atom < 0) {
      append_passed(atom, bytes);
      continue;
    }
    const auto token = vocabulary.token_of(atom);
    if (!token) {
      pg::raise({Code::kInvalidArgument,
                 "atom " + std::to_string(atom) + " is no token of the vocabulary"});
    }
    pg::check(core::cpe::append_token(vocabulary.content(), *token, bytes));
  }
  return checked_text(bytes);
}

HARTONOMOUS_FUNCTION(hartonomous_cpe_decode_atoms) {
  std::string bytes;
  for (const std::int64_t atom : pg::int8_array(pg::Arguments(fcinfo).datum(0))) {
    if (atom < 0) {
      append_passed(atom, bytes);
    } else {
      bytes += core::as_text(pg::bytea_view(store::atom_bytes(atom)));
    }
  }
  return checked_text(bytes);
}

HARTONOMOUS_FUNCTION(hartonomous_text_of_bytes) {
  const std::string_view bytes = core::as_text(pg::Arguments(fcinfo).bytea(0));
  if (core::utf8::first_invalid(bytes) != bytes.size() || bytes.find('\0') != bytes.npos) {
    PG_RETURN_NULL();
  }
  return pg::text_datum(bytes);
}
