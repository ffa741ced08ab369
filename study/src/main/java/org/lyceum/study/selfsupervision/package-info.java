/** What is learned without labels, and what it is worth where there are few. */
@NullMarked
package org.lyceum.study.selfsupervision;

import org.jspecify.annotations.NullMarked;
