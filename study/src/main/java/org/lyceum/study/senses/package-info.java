/** Do a model's vectors tell the senses of a word apart? Static vectors against contextual ones, layer by layer. */
@NullMarked
package org.lyceum.study.senses;

import org.jspecify.annotations.NullMarked;
