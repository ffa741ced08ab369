/** Encoders that learn a task from labelled data: classes of texts and pairs, tags of words, answers in a text. */
@NullMarked
package org.lyceum.training.finetune;

import org.jspecify.annotations.NullMarked;
