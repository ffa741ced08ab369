/**
 * The safetensors file format: memory-mapped reading with every byte of the header checked, sharded folders, whole-or-nothing writing.
 * Works on memory segments alone and knows nothing of libtorch.
 */
@NullMarked
package org.lyceum.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
