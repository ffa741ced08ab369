/** Training of any model with any objective, from its first step to its best weights: what the loop, its callbacks and a folder make together. */
@NullMarked
package org.lyceum.training.fit;

import org.jspecify.annotations.NullMarked;
