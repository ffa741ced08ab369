/**
 * Documents, and where they come from: text files, JSON lines, tables, folders, standard input, and WordNet. {@link
 * org.lyceum.text.corpus.Corpus#open} is the way in.
 */
@NullMarked
package org.lyceum.text.corpus;

import org.jspecify.annotations.NullMarked;
