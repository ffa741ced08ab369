/** Word vectors: one vector for a word, whatever stands around it; their files, and what they are asked. */
@NullMarked
package org.lyceum.models.vectors;

import org.jspecify.annotations.NullMarked;
