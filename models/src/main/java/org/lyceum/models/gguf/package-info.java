/** Models in GGUF files, as llama.cpp keeps them: the metadata that says their shape, and their weights under its names. */
@NullMarked
package org.lyceum.models.gguf;

import org.jspecify.annotations.NullMarked;
