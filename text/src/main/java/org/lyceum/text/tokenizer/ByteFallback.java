package org.lyceum.text.tokenizer;

import java.util.Arrays;

/** Spells what a vocabulary of pieces lacks: in tokens that stand for bytes, or else as the unknown token, or not at all. */
final class ByteFallback {
    private final int[] byteIds = new int[256];
    private final int unknown;

    /** @param unknown id of the unknown token, or -1 for none */
    ByteFallback(Vocabulary vocabulary, int unknown) {
        this.unknown = unknown;
        Arrays.fill(byteIds, -1);
        for (int id = 0; id < vocabulary.size(); id++) {
            int b = SentencePieceTokenizer.byteOf(vocabulary.token(id));
            if (b >= 0) {
                byteIds[b] = id;
            }
        }
    }

    boolean isComplete() {
        return Arrays.stream(byteIds).allMatch(id -> id >= 0);
    }

    void spell(byte[] text, int from, int end, Ints out) {
        for (int i = from; i < end; i++) {
            if (byteIds[text[i] & 0xFF] < 0) {
                if (unknown >= 0) {
                    out.add(unknown);
                }
                return;
            }
        }
        for (int i = from; i < end; i++) {
            out.add(byteIds[text[i] & 0xFF]);
        }
    }
}
