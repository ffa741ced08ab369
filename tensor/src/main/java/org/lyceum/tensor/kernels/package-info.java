/**
 * Matrix products and the small functions between them, written on the Vector API for inference: a few tokens at a time, weights held in 4 or
 * 8 bits. Java 25 keeps the Vector API in an incubator module, so the virtual machine must be started with
 * {@code --add-modules jdk.incubator.vector}.
 */
@NullMarked
package org.lyceum.tensor.kernels;

import org.jspecify.annotations.NullMarked;
