/** Pretraining from raw text, start to finish: configuration, tokenizer, data, model, the loop and what goes with it. */
@NullMarked
package org.lyceum.training.pretrain;

import org.jspecify.annotations.NullMarked;
