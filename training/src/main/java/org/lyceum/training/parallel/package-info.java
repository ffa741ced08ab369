/** Data parallelism: several workers train one model, each on its rows of every batch. */
@NullMarked
package org.lyceum.training.parallel;

import org.jspecify.annotations.NullMarked;
