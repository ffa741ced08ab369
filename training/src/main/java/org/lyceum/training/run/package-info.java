/** What a run leaves beside its checkpoints: metrics, TensorBoard events, the progress line, the xz baseline and the report. */
@NullMarked
package org.lyceum.training.run;

import org.jspecify.annotations.NullMarked;
