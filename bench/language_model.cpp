// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// language_model: how well the next word is predicted. bench/language_model.sh calls it beside
// KenLM.
//
//   bench_language_model                 does nothing: the shell script runs the rest
//   bench_language_model split KJV DIR   writes DIR/{train,test}.{raw,tok}: verse i is held out
//   where
//                                        i mod 10 = 9, tokens as core/text/word_tokens.hpp
//   bench_language_model orders KJV      Kneser-Ney of orders 1 .. 7 on that split
//   bench_language_model stack KJV       the whole stack: A within the verse, B with all verses
//   before bench_language_model domains DIR     the same over DIR/DOMAIN/*.txt, split by document
//   bench_language_model write DIR OUT   that corpus as OUT/{train,test-DOMAIN,test}.tok
//   bench_language_model speed TRAIN TEST ORDER   CPU seconds to build, words scored and answers a
//   second
//
// Weights are fitted on the dev fold (index mod 10 = 4) with models that have seen neither dev nor
// test; then the models are made again with both folds and the test fold is read once.
#include <sys/stat.h>

#include <cstring>
#include <filesystem>

#include "language_model.hpp"
#include "core/graph/sentence_scorer.hpp"

using namespace bench;
using hartonomous::core::NoCheckpoint;

namespace {

std::vector<Document> bible(const std::string& text) {
  Document document{"bible", {}};
  const auto lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) document.lines.push_back({fold_of(i), lines[i]});
  return {document};
}

struct Result {
  graph::Evaluation all, known;  // every position; those whose word is in the vocabulary

  void add(double p, Symbol word, std::span<const graph::Prediction> predicted) {
    all.add(p, word, predicted);
    if (word != graph::kUnknown) known.add(p);
  }
  void show(const char* name) const {
    std::printf("%-28s %9.4f %9.4f %7.2f %% %7.2f %%  %.4f\n", name, all.perplexity(),
                known.perplexity(), 100 * all.top1(), 100 * all.top5(), all.calibration_error());
  }
};

void show_heading() {
  std::printf("%-28s %9s %9s %9s %9s  %s\n", "", "ppl", "no OOV", "top-1", "top-5", "ECE");
}

// The main model alone, without what stands before a sentence, on the test fold.
void show_plain(const std::vector<Document>& documents, const Models& models, std::uint32_t order) {
  Result result;
  std::vector<graph::Prediction> predicted;
  for (const Document& document : documents) {
    for (const Line& line : document.lines) {
      if (line.fold != kTest) continue;
      Sentence words = sentence_of(models.symbols, line.text);
      words.push_back(graph::kEnd);
      graph::Context context = models.main->begin();
      for (const Symbol word : words) {
        models.main->top(context, 5, predicted);
        const graph::Score score = models.main->score(context, word);
        result.add(score.probability, word, predicted);
        context = score.next;
      }
    }
  }
  char name[32];
  std::snprintf(name, sizeof name, "Kneser-Ney, order %u", order);
  result.show(name);
}

void orders(const std::string& text) {
  const auto documents = bible(text);
  show_heading();
  for (std::uint32_t order = 1; order <= 7; ++order) {
    const Design design{order, {}, {}, false, 0};
    const Models models = learn(documents, {kTrain, kDev}, design);
    show_plain(documents, models, order);
  }
}

graph::MixtureWeights fit(const std::vector<Document>& documents, const Models& models,
                          const graph::ModelStack& stack, const std::string& domain) {
  graph::MixtureSamples samples;
  samples.components = stack.components();
  std::vector<double> given(samples.components);
  walk(documents, models, stack, nullptr, domain, kDev, kTest,
       [&](graph::Reader& reader, Symbol word) {
         reader.here().components(word, given);
         samples.bucket.push_back(reader.here().bucket());
         samples.probability.insert(samples.probability.end(), given.begin(), given.end());
       });
  NoCheckpoint checkpoint;
  auto weights = graph::fit_mixture(samples, stack.buckets(), checkpoint).value();
  std::vector<graph::HeadSample> heads;
  walk(documents, models, stack, &weights, domain, kDev, kTest,
       [&](graph::Reader& reader, Symbol word) {
         heads.push_back(reader.here().head_sample(word));
       });
  weights.exponent = graph::fit_exponent(heads, checkpoint);
  return weights;
}

// Weights from dev, models from train and dev, figures from test; for each domain by itself.
void evaluate(const std::vector<Document>& documents, const Design& design,
              const std::vector<std::string>& domains, const char* name) {
  std::map<std::string, graph::MixtureWeights> weights;
  {
    const Models models = learn(documents, {kTrain}, design);
    for (const std::string& domain : domains) {
      weights[domain] = fit(documents, models, stack_of(models, design, domain), domain);
    }
  }
  const Models models = learn(documents, {kTrain, kDev}, design);
  Result total;
  double seconds = -cpu_seconds();
  for (const std::string& domain : domains) {
    const graph::ModelStack stack = stack_of(models, design, domain);
    Result result;
    std::vector<graph::Prediction> predicted;
    walk(documents, models, stack, &weights[domain], domain, kTest, kTest,
         [&](graph::Reader& reader, Symbol word) {
           reader.here().top(5, predicted);
           const double p = reader.here().probability(word);
           result.add(p, word, predicted);
           total.add(p, word, predicted);
         });
    if (domains.size() > 1) result.show(("  " + domain).c_str());
  }
  seconds += cpu_seconds();
  total.show(name);
  std::printf("%-28s %.1f thousand positions a CPU second: read, scored and top 5\n", "",
              static_cast<double>(total.all.positions()) / seconds / 1e3);
}

void stack(const std::string& text) {
  const auto documents = bible(text);
  show_heading();
  evaluate(documents, {5, {5, 4}, {4096}, true, 0}, {"bible"}, "A, verse only, order 5");
  evaluate(documents, {7, {5, 4}, {4096}, true, 0}, {"bible"}, "A, verse only, order 7");
  evaluate(documents, {7, {5, 4}, {100, 500, 2000, 10000}, false, 0}, {"bible"},
           "B, document, order 7");
}

struct Corpus {
  std::vector<std::unique_ptr<std::string>> texts;
  std::vector<Document> documents;
  std::vector<std::string> domains;
};

Corpus read_domains(const std::string& directory) {
  Corpus corpus;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const auto& folder : folders) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
    std::sort(files.begin(), files.end());
    corpus.domains.push_back(folder.filename());
    for (std::size_t i = 0; i < files.size(); ++i) {
      corpus.texts.push_back(std::make_unique<std::string>(read_file(files[i])));
      Document document{corpus.domains.back(), {}};
      for (const std::string_view line : lines_of(*corpus.texts.back())) {
        if (line.find_first_not_of(" \t\r\f\v") == line.npos) continue;
        document.lines.push_back({fold_of(i), line});
      }
      corpus.documents.push_back(std::move(document));
    }
  }
  return corpus;
}

void domains(const std::string& directory) {
  const Corpus corpus = read_domains(directory);
  std::printf("%zu documents of %zu domains\n", corpus.documents.size(), corpus.domains.size());
  show_heading();
  show_plain(corpus.documents, learn(corpus.documents, {kTrain, kDev}, {5, {}, {}, false, 0}), 5);
  evaluate(corpus.documents, {5, {4}, {100, 500, 2000, 10000}, false, 3}, corpus.domains,
           "the stack, weights by domain");
}

void put(std::FILE* file, std::string_view line) {
  bool is_first = true;
  for_each_token(line, [&](std::string_view token) {
    std::fprintf(file, "%s%.*s", is_first ? "" : " ", static_cast<int>(token.size()), token.data());
    is_first = false;
  });
  std::fputc('\n', file);
}

void split(const std::vector<Document>& documents, const std::string& directory) {
  const auto open = [&](const char* name) {
    std::FILE* file = std::fopen((directory + "/" + name).c_str(), "wb");
    if (!file) std::perror(name), std::exit(1);
    return file;
  };
  std::FILE* raw[] = {open("train.raw"), open("test.raw")};
  std::FILE* tok[] = {open("train.tok"), open("test.tok")};
  for (const Document& document : documents) {
    for (const Line& line : document.lines) {
      const bool is_test = line.fold == kTest;
      std::fprintf(raw[is_test], "%.*s\n", static_cast<int>(line.text.size()), line.text.data());
      put(tok[is_test], line.text);
    }
  }
  for (std::FILE* file : {raw[0], raw[1], tok[0], tok[1]}) std::fclose(file);
}

void speed(const std::string& train, const std::string& test, std::uint32_t order) {
  const double start = cpu_seconds();
  graph::SymbolTable symbols;
  std::unique_ptr<graph::LanguageModel> model;
  {
    const std::string text = read_file(train);
    graph::NgramCounter counter(order);
    for (const std::string_view line : lines_of(text)) {
      Sentence words;
      for_each_token(line, [&](std::string_view token) { words.push_back(symbols.add(token)); });
      counter.add_sentence(words);
    }
    model = make_model(counter, symbols.size());
  }
  const double build = cpu_seconds() - start;
  const std::string text = read_file(test);
  std::vector<Symbol> words;
  for (const std::string_view line : lines_of(text)) {
    for (const Symbol word : sentence_of(symbols, line)) words.push_back(word);
    words.push_back(graph::kEnd);
  }
  std::vector<float> probability(words.size());
  double sum = 0;
  const auto rate = [&](int repeats, auto work) {
    double seconds = -cpu_seconds();
    for (int i = 0; i < repeats; ++i) work();
    return repeats * static_cast<double>(words.size()) / (seconds + cpu_seconds());
  };
  const double together = rate(20, [&] { graph::score_sentences(*model, words, probability); });
  const double one_by_one = rate(10, [&] {
    graph::Context context = model->begin();
    for (const Symbol word : words) {
      const graph::Score score = model->score(context, word);
      sum += score.probability;
      context = word == graph::kEnd ? model->begin() : score.next;
    }
  });
  std::vector<graph::Prediction> predicted;
  const double answers = rate(1, [&] {
    graph::Context context = model->begin();
    for (const Symbol word : words) {
      model->top(context, 5, predicted);
      sum += predicted[0].probability;
      context = word == graph::kEnd ? model->begin() : model->advance(context, word);
    }
  });
  if (sum == 0) std::puts("");
  std::printf("%.3f %.2f %.2f %.0f\n", build, together / 1e6, one_by_one / 1e6, answers / 1e3);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string command = count > 1 ? arguments[1] : "";
  if (command == "orders" && count == 3) {
    orders(read_file(arguments[2]));
  } else if (command == "stack" && count == 3) {
    stack(read_file(arguments[2]));
  } else if (command == "domains" && count == 3) {
    domains(arguments[2]);
  } else if (command == "split" && count == 4) {
    const std::string text = read_file(arguments[2]);
    split(bible(text), arguments[3]);
  } else if (command == "write" && count == 4) {
    split(read_domains(arguments[2]).documents, arguments[3]);
  } else if (command == "speed" && count == 5) {
    speed(arguments[2], arguments[3], static_cast<std::uint32_t>(std::atoi(arguments[4])));
  }
  return 0;
}
