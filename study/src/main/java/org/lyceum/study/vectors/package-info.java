/** The study of word vectors: word2vec, GloVe and fastText on one text, over several seeds. */
@NullMarked
package org.lyceum.study.vectors;

import org.jspecify.annotations.NullMarked;
