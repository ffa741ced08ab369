/**
 * {@code lyceum bench}: measures Lyceum beside its peers on the same work. Lyceum and each peer work in a process of their own
 * ({@link org.lyceum.app.bench.Worker}), in turn, and ratios are taken within a round, so that they survive a noisy machine.
 */
@NullMarked
package org.lyceum.app.bench;

import org.jspecify.annotations.NullMarked;
