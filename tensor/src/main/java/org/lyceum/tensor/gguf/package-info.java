/**
 * The GGUF file format of llama.cpp: memory-mapped reading with every byte of the header checked, whole-or-nothing writing, and the block
 * formats that quantized tensors are stored in, decoded and encoded by plain scalar code. Works on memory segments alone and knows nothing
 * of libtorch.
 */
@NullMarked
package org.lyceum.tensor.gguf;

import org.jspecify.annotations.NullMarked;
