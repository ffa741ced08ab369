/**
 * Tokenizers: byte-level BPE (trained, encoded and saved here), characters, and any other {@code tokenizer.json} through Hugging Face's own
 * library. Start at {@link org.lyceum.text.tokenizer.Tokenizer}.
 */
@NullMarked
package org.lyceum.text.tokenizer;

import org.jspecify.annotations.NullMarked;
