/** Floor 1: worlds whose truth is known, and what can be said and asked about them in English and Spanish (pure Java). */
@NullMarked
package org.lyceum.worlds;

import org.jspecify.annotations.NullMarked;
