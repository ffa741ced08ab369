/** Floor 3: the loop, objectives, optimizers, schedules, checkpoints, callbacks. */
@NullMarked
package org.lyceum.training;

import org.jspecify.annotations.NullMarked;
