/** Floor 2: layers and architectures. Knows no data files and no loops. */
@NullMarked
package org.lyceum.models;

import org.jspecify.annotations.NullMarked;
