// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/74_tokenizer: texts in the tokens of stored models.
#include "core/base/utf8.hpp"
#include "pg/array.hpp"
#include "pg/datum.hpp"
#include "serve/tokenizers.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::tokenizer::TokenId;
using core::tokenizer::Tokenizer;

// A call site asks for the same model row after row: it is looked up once for each name, user and
// transaction.
class CallTokenizer {
 public:
  // The tokenizer of the model named by argument 0. Valid as long as the call.
  static Tokenizer& of(FunctionCallInfo call) {
    FmgrInfo* const site = call->flinfo;
    if (site->fn_extra == nullptr) site->fn_extra = pg::owned_by<CallTokenizer>(site->fn_mcxt);
    return static_cast<CallTokenizer*>(site->fn_extra)->find(pg::Arguments(call).text(0));
  }

 private:
  Tokenizer& find(std::string_view name) {
    const Oid user = GetUserId();
    const TimestampTz transaction = GetCurrentTransactionStartTimestamp();
    const CommandId command = GetCurrentCommandId(false);
    const bool is_known = found_ && name == name_ && user == user_ && transaction == transaction_ &&
                          command == command_;
    if (!is_known) {
      found_ = serve::open_tokenizer(name);
      name_ = name;
      user_ = user;
      transaction_ = transaction;
      command_ = command;
    }
    return *found_;
  }

  std::shared_ptr<Tokenizer> found_;
  std::string name_;
  Oid user_ = InvalidOid;
  TimestampTz transaction_ = 0;
  CommandId command_ = 0;  // the ref may be set anew between commands
};

TokenId checked_token(std::int32_t number) {
  if (number < 0) {
    pg::raise({Code::kInvalidArgument, "token " + std::to_string(number) + " is negative"});
  }
  return static_cast<TokenId>(number);
}

// Bytes as a text that PostgreSQL can hold: what is not UTF-8, and NUL, goes through replace(byte,
// out).
template <class Replace>
std::string as_utf8(std::string_view bytes, Replace&& replace) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const core::utf8::Decoded decoded = core::utf8::decode(bytes);
    if (decoded.length == 0 || decoded.codepoint == 0) {
      replace(static_cast<unsigned char>(bytes[0]), out);
      bytes.remove_prefix(1);
      continue;
    }
    out += bytes.substr(0, decoded.length);
    bytes.remove_prefix(decoded.length);
  }
  return out;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_tokenize) {
  const pg::Arguments arguments(fcinfo);
  Tokenizer& tokenizer = CallTokenizer::of(fcinfo);
  pg::PollCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  pg::check(tokenizer.encode(arguments.text(1), {arguments.boolean(2), arguments.boolean(3)},
                             tokens, checkpoint));
  return pg::int4_array_datum(
      {reinterpret_cast<const std::int32_t*>(tokens.data()), tokens.size()});
}

HARTONOMOUS_FUNCTION(hartonomous_detokenize) {
  const pg::Arguments arguments(fcinfo);
  std::vector<TokenId> tokens;
  for (const std::int32_t number : pg::int4_array(arguments.datum(1))) {
    tokens.push_back(checked_token(number));
  }
  std::string bytes;
  pg::check(CallTokenizer::of(fcinfo).decode(tokens, arguments.boolean(2), bytes));
  return pg::text_datum(
      as_utf8(bytes, [](unsigned char, std::string& out) { out += "\xef\xbf\xbd"; }));
}

HARTONOMOUS_FUNCTION(hartonomous_token_text) {
  const pg::Arguments arguments(fcinfo);
  std::string bytes;
  pg::check(CallTokenizer::of(fcinfo).append(checked_token(arguments.int4(1)), true, bytes));
  return pg::text_datum(as_utf8(bytes, [](unsigned char byte, std::string& out) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }));
}
