package org.lyceum.text.tokenizer;

/** Pieces merged in the order of a list, as {@code tokenizer.json} writes a SentencePiece model. */
final class RankedPieces implements SentencePieceTokenizer.Model {
    private final Vocabulary vocabulary;
    private final Merges merges;
    private final ByteFallback fallback;
    private final LongIntMap characters = new LongIntMap(1 << 12);

    RankedPieces(Vocabulary vocabulary, Merges merges, ByteFallback fallback) {
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.fallback = fallback;
        for (int id = 0; id < vocabulary.size(); id++) {
            var token = vocabulary.token(id);
            if (!token.isEmpty() && token.codePointCount(0, token.length()) == 1 && !vocabulary.isSpecial(id)) {
                int c = token.codePointAt(0);
                characters.put(c == '\u2581' ? ' ' : c, id);
            }
        }
    }

    @Override
    public int[] ids(byte[] text, int from, int length) {
        int end = from + length;
        int missing = vocabulary.size(); // an id that no merge names
        var symbols = new int[length];
        int n = 0;
        for (int i = from; i < end;) {
            int at = CodePoints.at(text, i, end);
            int id = characters.get(at & 0xFFFFFF);
            symbols[n++] = id == LongIntMap.NONE ? missing : id;
            i += CodePoints.length(at);
        }
        n = merges.apply(symbols, n);
        var out = new Ints(n);
        int at = from;
        for (int k = 0; k < n; k++) {
            int next = at + (symbols[k] == missing ? CodePoints.length(CodePoints.at(text, at, end)) : vocabulary.bytes(symbols[k]).length);
            if (symbols[k] == missing) {
                fallback.spell(text, at, next, out);
            } else {
                out.add(symbols[k]);
            }
            at = next;
        }
        return out.toArray();
    }
}
