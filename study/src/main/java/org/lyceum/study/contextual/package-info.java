/** What transformers make of words, layer by layer. */
@NullMarked
package org.lyceum.study.contextual;

import org.jspecify.annotations.NullMarked;
