/** Translating: beam search over an encoder–decoder, and what it looks at. */
@NullMarked
package org.lyceum.inference.translation;

import org.jspecify.annotations.NullMarked;
