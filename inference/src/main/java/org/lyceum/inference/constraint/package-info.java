/** What a generated text must look like, as the tokens that may come next: JSON of a schema. */
@NullMarked
package org.lyceum.inference.constraint;

import org.jspecify.annotations.NullMarked;
