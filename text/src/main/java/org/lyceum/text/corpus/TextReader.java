package org.lyceum.text.corpus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Plain text, whole or cut: .txt and .md. */
final class TextReader implements DocumentReader {
    /** Under {@link CorpusConfig.Split#AUTO} a text no longer than this, in characters, stays one document. */
    static final int WHOLE_FILE_CHARS = 1 << 18;

    private final Utf8Reader in;
    private final String name;
    private final TextCutter cutter;
    private int ordinal;

    TextReader(Utf8Reader in, String name, CorpusConfig config) {
        this.in = in;
        this.name = name;
        this.cutter = new TextCutter(in, switch (config.split()) {
            case AUTO -> TextCutter.Cut.SIZE;
            case FILE -> TextCutter.Cut.NOWHERE;
            case LINE -> TextCutter.Cut.LINE;
            case PARAGRAPH -> TextCutter.Cut.PARAGRAPH;
        }, config.pieceChars(), name);
        if (config.split() == CorpusConfig.Split.AUTO && !cutter.longerThan(WHOLE_FILE_CHARS)) {
            cutter.keepWhole();
        }
    }

    @Override
    public @Nullable Document next() {
        var text = cutter.next();
        return text == null ? null : new Document(name + "#" + ++ordinal, text);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
