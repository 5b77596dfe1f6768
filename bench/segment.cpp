// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// segment: MB of text per second of CPU, cut into words and into sentences, beside ICU's root
// locale on the same texts in the same run. Texts are cut in pieces of at most 64 KiB, as an ingest
// does. Each line: median of 7 rounds, taken in turns (least, most), and for ours the ratio to ICU.
// The texts are kjv.txt and debref.txt in the folder CORPORA (default build/corpora), made by
// bench/corpora.
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/text/part_splitter.hpp"
#include "core/text/segmenter.hpp"
#include "core/text/sentence_breaker.hpp"
#include "core/text/word_breaker.hpp"

namespace text = hartonomous::core::text;

namespace {

constexpr int kRounds = 7;
volatile std::size_t sink;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::vector<std::string_view> parts_of(std::string_view content) {
  std::vector<std::string_view> parts;
  while (!content.empty()) {
    parts.push_back(content.substr(0, text::first_part(content)));
    content.remove_prefix(parts.back().size());
  }
  return parts;
}

using Parts = std::vector<std::string_view>;

std::size_t icu(UBreakIteratorType type, const Parts& parts) {
  UErrorCode code = U_ZERO_ERROR;
  UBreakIterator* iterator = ubrk_open(type, "root", nullptr, 0, &code);
  std::size_t count = 0;
  for (const std::string_view part : parts) {
    UText view = UTEXT_INITIALIZER;
    utext_openUTF8(&view, part.data(), static_cast<std::int64_t>(part.size()), &code);
    ubrk_setUText(iterator, &view, &code);
    utext_close(&view);
    while (ubrk_next(iterator) != UBRK_DONE) ++count;
  }
  ubrk_close(iterator);
  return count;
}

// Rounds of both, in turns.
template <class Peer, class Ours>
void compare(const char* what, std::size_t bytes, Peer peer, Ours ours) {
  std::vector<double> rates[2];
  for (int round = 0; round <= kRounds; ++round) {  // the first warms up
    for (int who = 0; who < 2; ++who) {
      const double start = cpu_seconds();
      sink = who == 0 ? peer() : ours();
      const double rate = static_cast<double>(bytes) / 1e6 / (cpu_seconds() - start);
      if (round > 0) rates[who].push_back(rate);
    }
  }
  for (auto& all : rates) std::sort(all.begin(), all.end());
  const auto show = [&](const char* name, const std::vector<double>& all) {
    std::printf("%-24s %-5s %8.1f MB/s  (%.1f .. %.1f)", what, name, all[kRounds / 2], all.front(),
                all.back());
  };
  show("ICU", rates[0]);
  std::printf("\n");
  show("ours", rates[1]);
  std::printf("   %.1fx\n", rates[1][kRounds / 2] / rates[0][kRounds / 2]);
}

void bench(const std::string& name, const std::string& content) {
  const Parts parts = parts_of(content);
  text::BreakClasses classes;
  text::WordBreaker words(classes);
  text::SentenceBreaker sentences(classes);
  std::vector<std::uint32_t> ends;
  compare((name + " words").c_str(), content.size(), [&] { return icu(UBRK_WORD, parts); },
          [&] {
            std::size_t count = 0;
            for (const std::string_view part : parts) {
              ends.clear();
              if (words.find(part, ends).is_ok()) count += ends.size();
            }
            return count;
          });
  compare((name + " sentences").c_str(), content.size(), [&] { return icu(UBRK_SENTENCE, parts); },
          [&] {
            std::size_t count = 0;
            for (const std::string_view part : parts) {
              ends.clear();
              sentences.find(part, ends);
              count += ends.size();
            }
            return count;
          });
}

}  // namespace

int main() {
  const char* named = std::getenv("CORPORA");
  const std::string folder = named != nullptr ? named : "build/corpora";
  std::printf("%s\n", text::segmentation().c_str());
  for (const char* name : {"kjv", "debref"}) {
    std::ifstream file(folder + "/" + name + ".txt", std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.empty()) {
      std::printf("%s/%s.txt is not there: run bench/corpora\n", folder.c_str(), name);
      continue;
    }
    bench(name, content);
  }
  return 0;
}
