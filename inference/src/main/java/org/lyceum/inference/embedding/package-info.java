/** Texts as vectors: encoders with the pooling that sentence-transformers folders describe. */
@NullMarked
package org.lyceum.inference.embedding;

import org.jspecify.annotations.NullMarked;
