/** Pairs of sentences as a translator's tokens, in batches. */
@NullMarked
package org.lyceum.text.parallel;

import org.jspecify.annotations.NullMarked;
