package org.lyceum.study.sentiment;

import java.util.List;
import org.lyceum.tensor.Tensor;

/**
 * Sentences of about the same length, side by side.
 *
 * @param ids (B·T) row after row, 0 behind the end of a sentence
 * @param lengths of each sentence (B)
 * @param labels of each sentence (B)
 */
record SentenceBatch(int[] ids, int[] lengths, int[] labels) {
    static SentenceBatch of(List<int[]> sentences, int[] labels) {
        int longest = sentences.stream().mapToInt(sentence -> sentence.length).max().orElseThrow();
        var ids = new int[sentences.size() * longest];
        for (int b = 0; b < sentences.size(); b++) {
            System.arraycopy(sentences.get(b), 0, ids, b * longest, sentences.get(b).length);
        }
        return new SentenceBatch(ids, sentences.stream().mapToInt(sentence -> sentence.length).toArray(), labels);
    }

    int rows() {
        return labels.length;
    }

    /** (B, T) i64. */
    Tensor idTensor() {
        return Tensor.ofIds(ids, rows(), ids.length / rows());
    }
}
