/** The fast engine: a decoder's forward pass on {@link org.lyceum.tensor.kernels}, its weights quantized in memory, its cache in pages. */
@NullMarked
package org.lyceum.inference.vector;

import org.jspecify.annotations.NullMarked;
