/** Floor 3: KV cache, sampling, generation. */
@NullMarked
package org.lyceum.inference;

import org.jspecify.annotations.NullMarked;
