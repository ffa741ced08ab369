/** Models from one file format into another. */
@NullMarked
package org.lyceum.inference.conversion;

import org.jspecify.annotations.NullMarked;
