/** How far back a model can reach: recall of a symbol shown k steps ago, by architecture. */
@NullMarked
package org.lyceum.study.recall;

import org.jspecify.annotations.NullMarked;
