/** Floor 1: the one seam to libtorch. */
@NullMarked
package org.lyceum.tensor;

import org.jspecify.annotations.NullMarked;
