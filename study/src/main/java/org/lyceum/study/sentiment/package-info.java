/** The sentiment ladder: from counted words to language models, each rung on the same sentences. */
@NullMarked
package org.lyceum.study.sentiment;

import org.jspecify.annotations.NullMarked;
