package org.lyceum.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.PreSplit;
import org.lyceum.text.tokenizer.Tokenizer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lyceum tokenizer}: everything here is plain Java and loads no libtorch. */
@Command(name = "tokenizer", description = "Train a tokenizer, or turn text into token ids "
        + "and back.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "train|encode|decode", subcommands = {
                TokenizerVerb.Train.class, TokenizerVerb.Encode.class, TokenizerVerb.Decode.class}, footer = {"", "Example:",
                        "  lyceum tokenizer train --data wordnet --vocab-size 4096 --out tokenizers/wordnet"})
final class TokenizerVerb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: tokenizer train, tokenizer encode or tokenizer decode.");
    }

    /** {@code lyceum tokenizer train}. */
    @Command(name = "train", description = "Learn a vocabulary and write tokenizer.json.", mixinStandardHelpOptions = true, footer = {"",
            "Example:", "  lyceum tokenizer train --data books/ --vocab-size 8192 --out tokenizers/books"})
    static final class Train implements Callable<Integer> {
        /** What a token is. */
        enum Kind {
            BPE, CHARACTERS;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        @Option(names = "--data", required = true, arity = "1..*", paramLabel = "PATH", description = "Files, folders, - for "
                + "standard input, or wordnet.")
        private List<String> data = new ArrayList<>();

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to write tokenizer.json into.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Option(names = "--kind", paramLabel = "bpe|characters", description = "Byte-level byte pairs, or one token a character "
                + "(${DEFAULT-VALUE}).")
        private Kind kind = Kind.BPE;

        @Option(names = "--vocab-size", paramLabel = "N", description = "Tokens, the special ones and the 256 bytes among them; "
                + "only for bpe (${DEFAULT-VALUE}).")
        private int vocabularySize = 4096;

        @Option(names = "--min-frequency", paramLabel = "N", description = "How often a pair must occur to become a token; only for "
                + "bpe (${DEFAULT-VALUE}).")
        private long minFrequency = 2;

        @Option(names = "--pre-split", paramLabel = "NAME", description = "How text is cut before pairs are merged: "
                + "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
        private PreSplit preSplit = PreSplit.CL100K;

        @Option(names = "--special", paramLabel = "TOKEN", description = "A special token beside " + BytePairTrainer.END_OF_TEXT
                + "; may be given several times.")
        private List<String> special = new ArrayList<>();

        @Option(names = "--field", paramLabel = "NAME", description = "The JSON-lines field or table column that holds the text "
                + "(${DEFAULT-VALUE}).")
        private String field = "text";

        @Option(names = "--threads", paramLabel = "N", description = "Threads that count words; all cores by default.")
        private int threads = Runtime.getRuntime().availableProcessors();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            var corpus = Corpus.open(data, CorpusConfig.DEFAULT.withField(field).withColumn(field));
            var specials = new ArrayList<>(List.of(BytePairTrainer.END_OF_TEXT));
            special.stream().filter(token -> !specials.contains(token)).forEach(specials::add);
            Tokenizer tokenizer;
            try (var documents = corpus.stream()) {
                Iterable<String> texts = documents.map(Document::text)::iterator;
                tokenizer = switch (kind) {
                    case CHARACTERS -> CharacterTokenizer.of(texts, specials);
                    case BPE -> new BytePairTrainer(vocabularySize, minFrequency, preSplit, specials, threads, progress()).train(texts);
                };
            }
            tokenizer.save(out);
            if (output.json()) {
                output.print(Map.of("vocab_size", tokenizer.vocabularySize()));
            } else {
                output.out().println("Wrote " + out.resolve("tokenizer.json") + ", " + tokenizer.vocabularySize() + " tokens.");
            }
            return 0;
        }

        /** A line on standard error that rewrites itself, on a terminal only. */
        private BytePairTrainer.Progress progress() {
            if (System.console() == null || !System.console().isTerminal()) {
                return (_, _, _) -> {
                };
            }
            var err = output.err();
            return (stage, done, of) -> {
                err.print(switch (stage) {
                    case COUNTING -> String.format(Locale.ROOT, "\rread %,d MB   ", done / 1_000_000);
                    case MERGING -> String.format(Locale.ROOT, "\rmerged %,d of %,d pairs%s", done, of, done == of ? "\n" : "   ");
                });
                err.flush();
            };
        }
    }

    /** {@code lyceum tokenizer encode}. */
    @Command(name = "encode", description = "Print the token ids of a text.", mixinStandardHelpOptions = true, footer = {"", "Example:",
            "  lyceum tokenizer encode --tokenizer tokenizers/books --text \"Call me Ishmael.\""})
    static final class Encode implements Callable<Integer> {
        @Mixin
        private TokenizerOption tokenizer = new TokenizerOption();

        @ArgGroup(multiplicity = "1")
        @SuppressWarnings("NullAway.Init") // required
        private TextInput input;

        @Option(names = "--with-specials", description = "Take the names of special tokens in the text for those tokens.")
        private boolean withSpecials;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            var loaded = tokenizer.load();
            var ids = withSpecials ? loaded.encodeWithSpecials(input.read()) : loaded.encode(input.bytes());
            if (output.json()) {
                var result = new LinkedHashMap<String, Object>();
                result.put("ids", ids);
                result.put("vocab_size", loaded.vocabularySize());
                output.print(result);
            } else {
                output.out().println(Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
            }
            return 0;
        }
    }

    /** {@code lyceum tokenizer decode}. */
    @Command(name = "decode", description = "Print the text of token ids.", mixinStandardHelpOptions = true, footer = {"", "Example:",
            "  lyceum tokenizer decode --tokenizer tokenizers/books 40 12 7"})
    static final class Decode implements Callable<Integer> {
        @Mixin
        private TokenizerOption tokenizer = new TokenizerOption();

        @Parameters(arity = "0..*", paramLabel = "ID", description = "The ids, apart by spaces or commas; none reads them from "
                + "standard input.")
        private List<String> words = new ArrayList<>();

        @Option(names = "--ids", paramLabel = "IDS", description = "The same as an option: --ids 40,12,7.")
        private @Nullable String ids;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() throws IOException {
            var loaded = tokenizer.load();
            var written = String.join(" ", words) + (ids == null ? "" : " " + ids);
            if (written.isBlank() && ids == null) {
                written = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            }
            var text = loaded.decode(parse(written));
            if (output.json()) {
                output.print(Map.of("text", text));
            } else {
                output.out().println(text);
            }
            return 0;
        }

        private static int[] parse(String written) {
            return Arrays.stream(written.split("[\\s,\\[\\]]+")).filter(word -> !word.isEmpty()).mapToInt(word -> {
                try {
                    return Integer.parseInt(word);
                } catch (NumberFormatException _) {
                    throw UserError.usage("'" + word + "' is not a token id; give whole numbers such as 40 12 7.");
                }
            }).toArray();
        }
    }
}
