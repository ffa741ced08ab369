/** Floor 3: what a trained model is used for: generation with a KV cache, sampling, scoring, conversation. */
@NullMarked
package org.lyceum.inference;

import org.jspecify.annotations.NullMarked;
