/** Floor 2: layers and architectures. */
@NullMarked
package org.lyceum.models;

import org.jspecify.annotations.NullMarked;
