/**
 * Token shards and the batches read from them. {@link org.lyceum.text.shard.TokenDataset#build} encodes documents into a folder of
 * memory-mapped shards, split into training and validation; {@link org.lyceum.text.shard.BatchSource} gives training batches as a pure
 * function of the seed and the step; {@link org.lyceum.text.shard.EvaluationBatches} goes through a split once, in order.
 */
@NullMarked
package org.lyceum.text.shard;

import org.jspecify.annotations.NullMarked;
