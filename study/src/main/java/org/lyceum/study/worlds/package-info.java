/** Does a model know what it was told? Stories about a world, and questions about people whom no training question names. */
@NullMarked
package org.lyceum.study.worlds;

import org.jspecify.annotations.NullMarked;
