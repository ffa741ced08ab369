/** What is put on an encoder to train it, or to have it answer a question. */
@NullMarked
package org.lyceum.models.heads;

import org.jspecify.annotations.NullMarked;
