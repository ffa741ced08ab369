/** Pretraining of encoders on raw text: masked language models and denoising autoencoders. */
@NullMarked
package org.lyceum.training.masked;

import org.jspecify.annotations.NullMarked;
