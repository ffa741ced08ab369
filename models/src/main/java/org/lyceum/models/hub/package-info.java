/** Models from the Hugging Face hub, kept in the cache that its Python library keeps. */
@NullMarked
package org.lyceum.models.hub;

import org.jspecify.annotations.NullMarked;
