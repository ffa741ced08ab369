/** The layers that architectures are written from, each a page: its parameters and its forward expression. */
@NullMarked
package org.lyceum.models.layers;

import org.jspecify.annotations.NullMarked;
