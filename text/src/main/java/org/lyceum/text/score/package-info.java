/** How near a text comes to the one that was wanted. */
@NullMarked
package org.lyceum.text.score;

import org.jspecify.annotations.NullMarked;
