// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A corpus cut into documents of sentences, a line a sentence, in three folds, and the stack of
// models made from it; shared by the commands of bench_language_model.
#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/graph/adaptive_model.hpp"
#include "core/graph/evaluation.hpp"
#include "core/text/word_tokens.hpp"

namespace bench {

namespace graph = hartonomous::core::graph;
using graph::Symbol;
using Sentence = std::vector<Symbol>;  // without sentence marks

enum Fold { kTrain, kDev, kTest };
inline Fold fold_of(std::size_t index) {
  return index % 10 == 9 ? kTest : index % 10 == 4 ? kDev : kTrain;
}

inline double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream all;
  all << file.rdbuf();
  return all.str();
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

template <class Take>
void for_each_token(std::string_view line, Take take) {
  hartonomous::core::text::WordTokens tokens(line);
  for (auto token = tokens.next(); !token.empty(); token = tokens.next()) take(token);
}

// A line of a document: its words as text until the vocabulary is known, then as symbols.
struct Line {
  Fold fold;
  std::string_view text;
};
struct Document {
  std::string domain;
  std::vector<Line> lines;
};

// The words of the folds `known`, everything else unknown.
inline graph::SymbolTable vocabulary_of(const std::vector<Document>& documents,
                                        std::initializer_list<Fold> known) {
  graph::SymbolTable symbols;
  for (const Document& document : documents) {
    for (const Line& line : document.lines) {
      if (std::find(known.begin(), known.end(), line.fold) == known.end()) continue;
      for_each_token(line.text, [&](std::string_view token) { symbols.add(token); });
    }
  }
  return symbols;
}

inline Sentence sentence_of(const graph::SymbolTable& symbols, std::string_view line) {
  Sentence words;
  for_each_token(line, [&](std::string_view token) { words.push_back(symbols.find(token)); });
  return words;
}

inline std::unique_ptr<graph::LanguageModel> make_model(const graph::NgramCounter& counter,
                                                        std::uint32_t vocabulary,
                                                        std::uint32_t gap = 0) {
  hartonomous::core::NoCheckpoint checkpoint;
  auto counts = counter.finish_with_gap(vocabulary, gap, checkpoint);
  if (!counts.is_ok()) {
    std::fprintf(stderr, "%s\n", counts.status().message().c_str());
    std::exit(1);
  }
  return std::make_unique<graph::LanguageModel>(
      counts.value(), graph::estimate_kneser_ney(counts.value(), checkpoint), checkpoint);
}

// Everything learnt from the folds `known` of a corpus: one model, gapped ones, one per domain.
struct Models {
  graph::SymbolTable symbols;
  std::unique_ptr<graph::LanguageModel> main;
  std::vector<std::unique_ptr<graph::LanguageModel>> gaps;
  std::map<std::string, std::unique_ptr<graph::LanguageModel>> domains;
};
struct Design {
  std::uint32_t order;
  std::vector<std::uint32_t> gap_orders;  // of the models with gap 1, 2, ...
  std::vector<std::uint32_t> windows;
  bool forgets_sentences;
  std::uint32_t domain_order;  // 0: no models of single domains
};

inline Models learn(const std::vector<Document>& documents, std::initializer_list<Fold> known,
                    const Design& design) {
  Models models;
  models.symbols = vocabulary_of(documents, known);
  graph::NgramCounter all(design.order);
  std::vector<graph::NgramCounter> gapped;
  for (const std::uint32_t order : design.gap_orders) gapped.emplace_back(order);
  std::map<std::string, graph::NgramCounter> domains;
  for (const Document& document : documents) {
    for (const Line& line : document.lines) {
      if (std::find(known.begin(), known.end(), line.fold) == known.end()) continue;
      const Sentence words = sentence_of(models.symbols, line.text);
      all.add_sentence(words);
      for (graph::NgramCounter& counter : gapped) counter.add_sentence(words);
      if (design.domain_order == 0) continue;
      domains.try_emplace(document.domain, design.domain_order).first->second.add_sentence(words);
    }
  }
  models.main = make_model(all, models.symbols.size());
  for (std::uint32_t gap = 1; gap <= gapped.size(); ++gap) {
    models.gaps.push_back(make_model(gapped[gap - 1], models.symbols.size(), gap));
  }
  for (const auto& [name, counter] : domains) {
    models.domains[name] = make_model(counter, models.symbols.size());
  }
  return models;
}

inline graph::ModelStack stack_of(const Models& models, const Design& design,
                                  const std::string& domain) {
  graph::ModelStack stack;
  stack.main = models.main.get();
  for (const auto& gap : models.gaps) stack.gaps.push_back(gap.get());
  if (const auto at = models.domains.find(domain); at != models.domains.end()) {
    stack.others.push_back(at->second.get());
  }
  stack.windows = design.windows;
  stack.forgets_sentences = design.forgets_sentences;
  return stack;
}

// Goes through the documents (of one domain, or of all for an empty name) and calls
// visit(reader, word) at every position of `fold`; sentences of other folds that are not `hidden`
// are read as context.
template <class Visit>
void walk(const std::vector<Document>& documents, const Models& models,
          const graph::ModelStack& stack, const graph::MixtureWeights* weights,
          const std::string& domain, Fold fold, Fold hidden, Visit visit) {
  for (const Document& document : documents) {
    if (!domain.empty() && document.domain != domain) continue;
    if (std::none_of(document.lines.begin(), document.lines.end(),
                     [&](const Line& line) { return line.fold == fold; })) {
      continue;
    }
    graph::Reader reader(stack, weights);
    for (const Line& line : document.lines) {
      if (line.fold == hidden && hidden != fold) continue;
      Sentence words = sentence_of(models.symbols, line.text);
      words.push_back(graph::kEnd);
      for (const Symbol word : words) {
        if (line.fold == fold) visit(reader, word);
        reader.read(word);
      }
    }
  }
}

}  // namespace bench
