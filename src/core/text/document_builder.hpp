// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Text -> Merkle DAG: codepoints, words, sentences, paragraphs, document.
//
//   core::text::AtomGraph graph;
//   HARTONOMOUS_TRY(auto builder, DocumentBuilder::open(graph));
//   HARTONOMOUS_CHECK(builder.append(text, checkpoint));
//   const NodeIndex root = builder.finish();
//
// A word is a sequence of codepoint runs, a sentence of words, a paragraph of sentences, the
// document of paragraphs (see first_part); separators are kept, so the text is exactly the
// concatenation of the leaves. Equal neighbours become one run. A sequence of one child is that
// child, so a document of the one letter "a" is the codepoint atom; the empty document is the empty
// composition. Long sequences are cut by content_split. The same text gives the same DAG on every
// machine with the same segmentation() version; any DAG gives back its text with any version.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/text/atom_graph.hpp"
#include "core/text/segmenter.hpp"
#include "core/text/word_table.hpp"

namespace hartonomous::core::text {

// Equal parts in a row: their node, how many, and the bytes of one.
struct PartRun {
  ChildRun run;
  std::size_t length;
};

class DocumentBuilder {
 public:
  // `graph` must outlive the builder; it may already hold nodes.
  static Result<DocumentBuilder> open(AtomGraph& graph);

  // From now on words of more than one character are made by `compose`, from their bytes, each
  // distinct word once: of a vocabulary's tokens instead of characters. The node it returns must
  // stand for exactly those bytes.
  void compose_words_by(std::function<NodeIndex(std::string_view)> compose) {
    compose_word_ = std::move(compose);
  }

  // Adds `text` to the document. Its end closes a paragraph: a long text may be given in pieces
  // that end where parts end. kBadEncoding if it is not valid UTF-8 (nothing is added then).
  // Reaches `checkpoint` after every part, with the part's bytes.
  Status append(std::string_view text, Checkpoint& checkpoint);
  // The document's node. What is appended next begins another document of the same graph, whose
  // words need not be spelled again.
  NodeIndex finish();
  // Instead: the document's parts, for a caller that puts them together himself, as compose() does.
  std::vector<PartRun> take_parts();

 private:
  DocumentBuilder(AtomGraph& graph, Segmenter segmenter) noexcept
      : graph_(&graph), segmenter_(std::move(segmenter)) {}
  Status append_part(std::string_view part);
  NodeIndex word(std::string_view bytes);

  AtomGraph* graph_;
  Segmenter segmenter_;
  WordTable words_;
  std::function<NodeIndex(std::string_view)> compose_word_;  // empty: of characters
  std::vector<ChildRun> codepoints_, sentence_, paragraph_, document_;
  std::vector<std::size_t> part_lengths_;  // by run of document_
};

// kBadEncoding, with the bytes and their offset in the detail, unless `text` is valid UTF-8.
Status check_utf8(std::string_view text, Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
