/** Objectives: small pure functions from (model, batch) to a loss. A paper's method is one file. */
@NullMarked
package org.lyceum.training.objective;

import org.jspecify.annotations.NullMarked;
