/** What encoders read: framed texts, pairs and tagged words as token ids, batches of them, and ways to corrupt them. */
@NullMarked
package org.lyceum.text.sequence;

import org.jspecify.annotations.NullMarked;
