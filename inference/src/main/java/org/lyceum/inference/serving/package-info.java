/** Many generations at once over one engine: continuous batching, prefix reuse, prompt lookup, cancellation. */
@NullMarked
package org.lyceum.inference.serving;

import org.jspecify.annotations.NullMarked;
