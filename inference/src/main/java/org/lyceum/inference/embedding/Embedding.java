package org.lyceum.inference.embedding;

/**
 * A text as a vector.
 *
 * @param vector (D), of length 1 where the model normalises
 * @param tokens that were read, with those that frame the text
 * @param truncated whether the text was longer than the model reads, and its end left out
 */
public record Embedding(float[] vector, int tokens, boolean truncated) {
}
