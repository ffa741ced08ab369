/** Optimizers and learning-rate schedules. */
@NullMarked
package org.lyceum.training.optimizer;

import org.jspecify.annotations.NullMarked;
