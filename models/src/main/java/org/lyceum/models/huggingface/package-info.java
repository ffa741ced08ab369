/** Model folders as Hugging Face writes them: one table of families, each a small mapping of configuration keys and tensor names. */
@NullMarked
package org.lyceum.models.huggingface;

import org.jspecify.annotations.NullMarked;
