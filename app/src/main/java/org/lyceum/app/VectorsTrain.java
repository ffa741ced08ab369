package org.lyceum.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.models.vectors.FastTextFiles;
import org.lyceum.models.vectors.Subwords;
import org.lyceum.models.vectors.WordVectorFiles;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.words.Cooccurrences;
import org.lyceum.text.words.WordIds;
import org.lyceum.text.words.WordSplit;
import org.lyceum.text.words.WordVocabulary;
import org.lyceum.training.vectors.Glove;
import org.lyceum.training.vectors.WordVectorConfig;
import org.lyceum.training.vectors.WordVectorConfig.Architecture;
import org.lyceum.training.vectors.WordVectorConfig.Loss;
import org.lyceum.training.vectors.WordVectorTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lyceum vectors train}. */
@Command(name = "train", description = "Learn a vector for each word of a text.", mixinStandardHelpOptions = true, footer = {"",
        "Examples:",
        "  lyceum vectors train --data wordnet --out words.vec",
        "  lyceum vectors train --data books/ more.jsonl.gz --kind fasttext --dimensions 200 --epochs 10 --out words.bin",
        "  lyceum vectors train --data cut.txt --split spaces --kind glove --out words.vec",
        "",
        "The kinds: skip-gram and cbow (word2vec), glove, fasttext (skip-gram with character n-grams), fasttext-cbow. On one thread the same",
        "seed gives the same vectors; more threads change them without locks, and no two runs are quite the same."})
final class VectorsTrain implements Callable<Integer> {
    /** What to learn. */
    enum Kind {
        SKIP_GRAM, CBOW, GLOVE, FASTTEXT, FASTTEXT_CBOW;

        boolean ofParts() {
            return this == FASTTEXT || this == FASTTEXT_CBOW;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Option(names = "--data", required = true, arity = "1..*", paramLabel = "PATH", description = "Files, folders, - for standard input, "
            + "or wordnet.")
    private List<String> data = new ArrayList<>();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "A .vec file (text), or a .bin file: word2vec's, or "
            + "fastText's for the fasttext kinds, which keeps the n-grams.")
    @SuppressWarnings("NullAway.Init") // required
    private Path out;

    @Option(names = "--kind", paramLabel = "KIND", description = "skip-gram, cbow, glove, fasttext or fasttext-cbow (${DEFAULT-VALUE}).")
    private Kind kind = Kind.SKIP_GRAM;

    @Option(names = "--dimensions", paramLabel = "N", description = "Numbers in a vector (${DEFAULT-VALUE}).")
    private int dimensions = 100;

    @Option(names = "--window", paramLabel = "N", description = "Words to each side that count as near; 5 by default, 10 for glove.")
    private @Nullable Integer window;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the text; 5 by default, 25 for glove.")
    private @Nullable Integer epochs;

    @Option(names = "--rate", paramLabel = "R", description = "The learning rate at the beginning; 0.05 by default, 0.025 for skip-gram.")
    private @Nullable Double rate;

    @Option(names = "--min-count", paramLabel = "N", description = "Words that come less often are left out (${DEFAULT-VALUE}).")
    private long minCount = 5;

    @Option(names = "--loss", paramLabel = "negative|hierarchical", description = "Words that are drawn against the right one, or a Huffman "
            + "tree; not for glove (${DEFAULT-VALUE}).")
    private Loss loss = Loss.NEGATIVE;

    @Option(names = "--negatives", paramLabel = "N", description = "How many words are drawn (${DEFAULT-VALUE}).")
    private int negatives = 5;

    @Option(names = "--pair-by-pair", description = "skip-gram: draw words for each pair, as word2vec does, not for each window. Slower.")
    private boolean pairByPair;

    @Option(names = "--subsample", paramLabel = "T", description = "Words more frequent than this are left out now and then; 0 for never; not "
            + "for glove (${DEFAULT-VALUE}).")
    private double subsampling = 1e-3;

    @Option(names = "--min-n", paramLabel = "N", description = "fasttext: characters of the shortest n-gram (${DEFAULT-VALUE}).")
    private int minN = 3;

    @Option(names = "--max-n", paramLabel = "N", description = "fasttext: characters of the longest n-gram (${DEFAULT-VALUE}).")
    private int maxN = 6;

    @Option(names = "--buckets", paramLabel = "N", description = "fasttext: vectors that n-grams share (${DEFAULT-VALUE}; the tool has "
            + "2000000).")
    private int buckets = 200_000;

    @Option(names = "--x-max", paramLabel = "X", description = "glove: pairs that come so often weigh 1 (${DEFAULT-VALUE}; 100 for billions "
            + "of words).")
    private double xMax = 10;

    @Option(names = "--memory-mb", paramLabel = "N", description = "glove: for counting pairs; more go to temporary files (${DEFAULT-VALUE}).")
    private int memory = 512;

    @Option(names = "--split", paramLabel = "words|spaces", description = "Runs of letters and digits in lower case, or whatever stands "
            + "between spaces (${DEFAULT-VALUE}).")
    private WordSplit split = WordSplit.WORDS;

    @Option(names = "--field", paramLabel = "NAME", description = "The JSON-lines field or table column that holds the text "
            + "(${DEFAULT-VALUE}).")
    private String field = "text";

    @Option(names = "--threads", paramLabel = "N", description = "All cores by default.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--seed", paramLabel = "N", description = "Of every random choice (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        var name = out.toString();
        if (!name.endsWith(".vec") && !name.endsWith(".txt") && !name.endsWith(".bin")) {
            throw UserError.usage("--out " + out + " should end in .vec (text) or .bin (binary).");
        }
        if (kind.ofParts() && (minN < 1 || maxN < minN || buckets < 1)) {
            throw UserError.usage("--min-n, --max-n and --buckets must be above 0, and --max-n not below --min-n.");
        }
        if (memory < 1 || minCount < 1) {
            throw UserError.usage("--memory-mb and --min-count must be above 0.");
        }
        var glove = kind == Kind.GLOVE ? gloveConfig() : null;
        var config = kind == Kind.GLOVE ? null : config();
        var corpus = Corpus.open(data, CorpusConfig.DEFAULT.withField(field).withColumn(field));
        var err = output.err();
        var vocabulary = WordVocabulary.count(corpus, split, minCount);
        err.printf(Locale.ROOT, "%,d words in the text, %,d different ones that come %d times or more%n", vocabulary.seen(),
                vocabulary.size(),
                minCount);
        long begin = System.nanoTime();
        long trained;
        try (var ids = WordIds.encode(corpus, split, vocabulary)) {
            if (glove != null) {
                trained = glove(vocabulary, ids, glove);
            } else {
                trained = train(vocabulary, ids, config == null ? WordVectorConfig.SKIP_GRAM : config);
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put("file", out.toString());
            result.put("words", vocabulary.size());
            result.put("dimensions", dimensions);
            result.put("corpus_words", vocabulary.seen());
            result.put("seconds", seconds);
            result.put("words_per_s", trained / seconds);
            output.print(result);
        } else {
            output.out().printf(Locale.ROOT, "Wrote %s, %,d vectors of %d numbers.%n", out, vocabulary.size(), dimensions);
        }
        return 0;
    }

    private WordVectorConfig config() {
        boolean cbow = kind == Kind.CBOW || kind == Kind.FASTTEXT_CBOW;
        double first = rate != null ? rate : kind == Kind.SKIP_GRAM ? 0.025 : 0.05;
        return new WordVectorConfig(cbow ? Architecture.CBOW : Architecture.SKIP_GRAM, loss, dimensions, window == null ? 5 : window,
                negatives,
                !pairByPair, 0.75, subsampling, first, Math.min(first, 1e-4), epochs == null ? 5 : epochs,
                kind.ofParts() ? new Subwords(minN, maxN, buckets) : Subwords.NONE, threads, seed);
    }

    private Glove.Config gloveConfig() {
        return new Glove.Config(dimensions, window == null ? 10 : window, epochs == null ? 25 : epochs, rate == null ? 0.05 : rate, xMax,
                0.75,
                (long) memory << 20, threads, seed);
    }

    /** Trains, writes, and returns how many words were gone through. */
    private long train(WordVocabulary vocabulary, WordIds ids, WordVectorConfig config) {
        var training = new WordVectorTraining(vocabulary, ids, config).run(new VectorsProgress(output.err(), "words"));
        if (kind.ofParts() && out.toString().endsWith(".bin")) {
            FastTextFiles.write(training.model((int) Math.min(minCount, Integer.MAX_VALUE)), out);
        } else {
            write(training.vectors());
        }
        return ids.words() * config.epochs();
    }

    private long glove(WordVocabulary vocabulary, WordIds ids, Glove.Config config) {
        try (var pairs = Cooccurrences.count(ids, config.window(), config.memory(), seed)) {
            output.err().printf(Locale.ROOT, "%,d different pairs of words within %d words of each other%n", pairs.size(), config.window());
            write(Glove.train(vocabulary, pairs, config, new VectorsProgress(output.err(), "pairs")));
        }
        return ids.words() * config.epochs();
    }

    private void write(WordVectors vectors) {
        if (out.toString().endsWith(".bin")) {
            WordVectorFiles.writeBinary(vectors, out);
        } else {
            WordVectorFiles.writeText(vectors, out);
        }
    }
}
