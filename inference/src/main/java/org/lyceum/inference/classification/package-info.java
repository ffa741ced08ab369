/** Fine-tuned encoders at work. */
@NullMarked
package org.lyceum.inference.classification;

import org.jspecify.annotations.NullMarked;
