/** Labelled data: texts and pairs with a label, sentences with a tag for each word, questions whose answers are spans of a text. */
@NullMarked
package org.lyceum.text.labelled;

import org.jspecify.annotations.NullMarked;
