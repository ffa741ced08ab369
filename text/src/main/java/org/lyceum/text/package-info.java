/** Floor 1: documents, tokenizers, token shards (pure Java). */
@NullMarked
package org.lyceum.text;

import org.jspecify.annotations.NullMarked;
