/** Studies: kinds of experiments that a recipe configures, and what a run of one leaves behind. */
@NullMarked
package org.lyceum.study;

import org.jspecify.annotations.NullMarked;
