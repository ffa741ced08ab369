/** Floor 0: user errors, files written whole or not at all, records from YAML, seeds. */
@NullMarked
package org.lyceum.foundation;

import org.jspecify.annotations.NullMarked;
