package org.lyceum.text.corpus;

import java.util.Iterator;
import java.util.List;
import org.lyceum.foundation.Seeds;

/**
 * Documents that can be gone through more than once, always in the same order. An iterator may read files as it goes, and throws
 * {@link org.lyceum.foundation.UserError} when one cannot be read.
 */
public interface Documents extends Iterable<Document> {
    /** A string that changes whenever the documents may have changed; equal fingerprints mean equal documents. */
    String fingerprint();

    /** The names of the sources as the user gave them. */
    List<String> sources();

    /** Texts held in memory under one name. */
    static Documents of(String name, List<String> texts) {
        var documents = List.copyOf(texts);
        return new Documents() {
            @Override
            public Iterator<Document> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < documents.size();
                    }

                    @Override
                    public Document next() {
                        var text = documents.get(next);
                        return new Document(name + "#" + ++next, text);
                    }
                };
            }

            @Override
            public String fingerprint() {
                long h = 0;
                for (var text : documents) {
                    h = Seeds.mix(h + 0x9E3779B97F4A7C15L) ^ hash(text);
                }
                return name + " " + documents.size() + " documents " + Long.toHexString(h);
            }

            @Override
            public List<String> sources() {
                return List.of(name);
            }
        };
    }

    /**
     * A 64-bit hash of a text that is the same on every machine and in every release: {@link Seeds#mix} chained over its UTF-16 units, four
     * at a time, and its length.
     */
    static long hash(String text) {
        int n = text.length();
        long h = n;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            long four = text.charAt(i) | (long) text.charAt(i + 1) << 16 | (long) text.charAt(i + 2) << 32
                    | (long) text.charAt(i + 3) << 48;
            h = Seeds.mix(h + 0x9E3779B97F4A7C15L ^ four);
        }
        for (; i < n; i++) {
            h = Seeds.mix(h + 0x9E3779B97F4A7C15L ^ text.charAt(i));
        }
        return Seeds.mix(h);
    }
}
