/**
 * Learning word vectors (word2vec, GloVe, fastText) and fastText's classifier: shallow models with gradients written out by hand, on tables
 * that all threads change without locks. They stand beside the one loop, not in it: their step is some hundred floating-point operations,
 * and what a loop does around a step would take longer than the step.
 */
@NullMarked
package org.lyceum.training.vectors;

import org.jspecify.annotations.NullMarked;
