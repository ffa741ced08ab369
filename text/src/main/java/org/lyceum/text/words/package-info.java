/** Text as words: how lines are cut into them, how often each comes, and whole corpora as numbers of words. */
@NullMarked
package org.lyceum.text.words;

import org.jspecify.annotations.NullMarked;
