package org.lyceum.study.worlds;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Every word, number and mark of some texts as a token; token 0 stands between texts. */
final class Words {
    static final int END = 0;
    private static final Pattern WORD = Pattern.compile("'s|\\p{L}+|\\p{N}+|[^\\s\\p{L}\\p{N}]");

    private final List<String> words;
    private final Map<String, Integer> ids = new HashMap<>();

    /** The words of {@code texts}, in the order of the alphabet. */
    Words(Iterable<String> texts) {
        var all = new TreeSet<String>();
        texts.forEach(text -> all.addAll(split(text)));
        words = List.copyOf(all);
        IntStream.range(0, words.size()).forEach(i -> ids.put(words.get(i), i + 1));
    }

    private static List<String> split(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }

    int size() {
        return words.size() + 1;
    }

    int[] ids(String text) {
        return split(text).stream().mapToInt(word -> {
            var id = ids.get(word);
            if (id == null) {
                throw new IllegalArgumentException("'" + word + "' is in none of the texts");
            }
            return id;
        }).toArray();
    }

    /** The words of {@code ids} up to the first {@link #END}, a space between them. */
    String text(int[] ids) {
        return IntStream.of(ids).takeWhile(id -> id != END).mapToObj(id -> words.get(id - 1)).collect(Collectors.joining(" "));
    }
}
