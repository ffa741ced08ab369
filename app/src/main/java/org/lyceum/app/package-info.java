/** Floor 6: the lyceum command, recipes, reports. */
@NullMarked
package org.lyceum.app;

import org.jspecify.annotations.NullMarked;
