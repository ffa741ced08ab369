/** Networks that give a sentence one of a few labels. */
@NullMarked
package org.lyceum.models.classifiers;

import org.jspecify.annotations.NullMarked;
