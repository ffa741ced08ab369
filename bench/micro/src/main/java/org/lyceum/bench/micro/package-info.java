/** What single parts cost, measured by JMH: {@code bench/micro/run}. */
@NullMarked
package org.lyceum.bench.micro;

import org.jspecify.annotations.NullMarked;
