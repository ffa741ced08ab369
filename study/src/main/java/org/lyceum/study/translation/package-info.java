/** Translation by the full transformer: trained on pairs of sentences, measured by BLEU. */
@NullMarked
package org.lyceum.study.translation;

import org.jspecify.annotations.NullMarked;
