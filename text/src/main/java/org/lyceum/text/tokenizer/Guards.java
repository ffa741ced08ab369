package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.lyceum.foundation.UserError;

/**
 * Keeps what users say from becoming structure. A chat template mixes its own special tokens with other people's words in one string; who
 * typed {@code <|im_end|>} must not end the turn. So every such name in their words is torn by a guard, a character that Unicode sets aside
 * for a program's own use, before the template is filled in; special tokens are then looked for while the guards are there, and the
 * guards are taken out of the plain text between them.
 */
public final class Guards {
    private static final char FIRST = '\ufdd0'; // to U+FDEF: noncharacters, "never to be exchanged"
    private static final char LAST = '\ufdef';

    private final List<String> names;
    private final char guard;
    private final int longest;
    private final BitSet firsts = new BitSet(); // characters that names begin with
    private final BitSet lasts = new BitSet();

    private Guards(Collection<String> names, char guard) {
        this.names = names.stream().filter(name -> name.length() > 1).toList();
        this.guard = guard;
        this.longest = this.names.stream().mapToInt(String::length).max().orElse(0);
        for (var name : this.names) {
            firsts.set(name.charAt(0));
            lasts.set(name.charAt(name.length() - 1));
        }
    }

    /**
     * Guards for {@code tokenizer}.
     *
     * @param words everything that will be guarded: the guard is a character that is not in it
     */
    public static Guards of(Tokenizer tokenizer, Iterable<String> words) {
        for (char guard = FIRST; guard < LAST; guard++) {
            boolean free = true;
            for (var text : words) {
                free &= text.indexOf(guard) < 0;
            }
            if (free) {
                return new Guards(tokenizer.specialTokens().keySet(), guard);
            }
        }
        throw new UserError("The messages hold all of the characters U+FDD0 to U+FDEF, which are reserved; remove one.");
    }

    /** The guard. */
    public char character() {
        return guard;
    }

    /** {@code words} with every name of a special token torn, and every part of one at either end that the template could complete. */
    public String tear(String words) {
        var torn = words;
        if (words.chars().anyMatch(firsts::get)) {
            for (var name : names) {
                if (torn.contains(name)) {
                    torn = torn.replace(name, name.charAt(0) + String.valueOf(guard) + name.substring(1));
                }
            }
        }
        return (beginsInside(torn) ? String.valueOf(guard) : "") + torn + (endsInside(torn) ? String.valueOf(guard) : "");
    }

    /** Whether {@code words} could go on with a special token that the template began: they start with a part that ends one, or are within. */
    private boolean beginsInside(String words) {
        boolean whole = !words.isEmpty() && words.length() < longest;
        if (!whole && words.chars().limit(longest).noneMatch(lasts::get)) {
            return false;
        }
        for (var name : names) {
            for (int i = 1; i < name.length(); i++) {
                if (words.startsWith(name.substring(i)) || (whole && name.startsWith(words, i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean endsInside(String words) {
        if (words.chars().skip(Math.max(0, words.length() - longest)).noneMatch(firsts::get)) {
            return false;
        }
        for (var name : names) {
            for (int i = 1; i < name.length(); i++) {
                if (words.endsWith(name.substring(0, i))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@code text} without its guards. */
    public String removeFrom(String text) {
        return without(text, guard);
    }

    private static String without(String text, char guard) {
        return text.indexOf(guard) < 0 ? text : text.replace(String.valueOf(guard), "");
    }

    static int[] encode(Tokenizer tokenizer, String text, char guard) {
        var finder = tokenizer.vocabulary().specialsFinder();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new Ints(bytes.length / 3);
        int from = 0;
        for (var match = finder.find(bytes, 0, bytes.length); match != null; match = finder.find(bytes, from, bytes.length)) {
            encodePart(tokenizer, bytes, from, match.from(), guard, out);
            out.add(match.id());
            from = match.to();
        }
        encodePart(tokenizer, bytes, from, bytes.length, guard, out);
        return out.toArray();
    }

    private static void encodePart(Tokenizer tokenizer, byte[] text, int from, int end, char guard, Ints out) {
        if (from < end) {
            var ids = tokenizer.encodePart(without(new String(text, from, end - from, StandardCharsets.UTF_8), guard), from == 0);
            out.addAll(ids, ids.length);
        }
    }
}
