/**
 * Several processes that compute together, over libtorch's own process groups: who meets where ({@link
 * org.lyceum.tensor.distributed.Rendezvous}), their collectives ({@link org.lyceum.tensor.distributed.ProcessGroup}), and averaging
 * gradients while they are made ({@link org.lyceum.tensor.distributed.GradientReducer}).
 */
@NullMarked
package org.lyceum.tensor.distributed;

import org.jspecify.annotations.NullMarked;
