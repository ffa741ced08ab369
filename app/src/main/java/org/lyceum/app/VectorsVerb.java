package org.lyceum.app;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.models.vectors.FastTextFiles;
import org.lyceum.models.vectors.FastTextModel;
import org.lyceum.models.vectors.PrincipalAxes;
import org.lyceum.models.vectors.WordVectorFiles;
import org.lyceum.models.vectors.WordVectors;
import org.lyceum.models.vectors.WordVectors.Neighbour;
import org.lyceum.study.chart.ScatterChart;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.CorpusConfig;
import org.lyceum.text.words.WordSplit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lyceum vectors}: nothing here loads libtorch. */
@Command(name = "vectors", description = "Learn vectors of words, or a classifier of texts, and ask "
        + "them.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "train|words|nearest|analogy|evaluate|map|classifier|classify", subcommands = {
                VectorsTrain.class, VectorsVerb.Words.class, VectorsVerb.Nearest.class, VectorsVerb.Analogy.class, VectorsEvaluate.class,
                VectorsVerb.Plane.class,
                VectorsClassifier.class, VectorsClassifier.Classify.class}, footer = {"", "Examples:",
                        "  lyceum vectors train --data wordnet --out words.vec",
                        "  lyceum vectors nearest --vectors words.vec river",
                        "  lyceum vectors analogy --vectors words.vec man king woman",
                        "",
                        "Files are .vec (text) and .bin (word2vec's or fastText's), which gensim and fastText open too."})
final class VectorsVerb implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "Name what to do: vectors " + String.join(", vectors ", spec.subcommands().keySet()) + ".");
    }

    /** {@code --vectors}: which are asked. */
    static final class Source {
        @Option(names = "--vectors", required = true, paramLabel = "FILE", description = "A .vec, .txt, .vec.gz or .bin file of vectors.")
        @SuppressWarnings("NullAway.Init") // required
        private Path file;

        private @Nullable FastTextModel model;

        WordVectors load() {
            if (file.toString().endsWith(".bin") && FastTextFiles.isOne(file)) {
                model = FastTextFiles.read(file);
                return model.vectors();
            }
            return WordVectorFiles.read(file);
        }

        /** The vector of a word that has none of its own, made of its n-grams, if {@link #load} found a model that can. */
        float @Nullable [] unseen(WordVectors vectors, String word) {
            return model != null && model.settings().subwords().max() > 0 && vectors.index(word).isEmpty() ? model.vector(word) : null;
        }
    }

    private static void print(Output output, String key, List<?> asked, List<Neighbour> near) {
        if (output.json()) {
            var result = new LinkedHashMap<String, Object>();
            result.put(key, asked);
            result.put("nearest", near.stream().map(one -> Map.of("word", one.word(), "similarity", one.similarity())).toList());
            output.print(result);
        } else {
            near.forEach(one -> output.out().printf(Locale.ROOT, "%7.4f  %s%n", one.similarity(), one.word()));
            output.out().flush();
        }
    }

    private static void requireAbove0(int count) {
        if (count < 1) {
            throw UserError.usage("--count must be above 0.");
        }
    }

    /** {@code lyceum vectors nearest}. */
    @Command(name = "nearest", description = "The words nearest to a word, by the cosine of their vectors.", mixinStandardHelpOptions = true, footer = {
            "", "Example:", "  lyceum vectors nearest --vectors words.vec river --count 5",
            "",
            "A model with character n-grams (--kind fasttext) answers for words that it has never seen, too."})
    static final class Nearest implements Callable<Integer> {
        @Mixin
        private Source source = new Source();

        @Parameters(paramLabel = "WORD", description = "The word.")
        @SuppressWarnings("NullAway.Init") // required
        private String word;

        @Option(names = "--count", paramLabel = "N", description = "How many (${DEFAULT-VALUE}).")
        private int count = 10;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            requireAbove0(count);
            var vectors = source.load();
            var unseen = source.unseen(vectors, word);
            if (unseen != null) {
                output.err().println("'" + word + "' was not in the text; its vector is made of its character n-grams.");
            }
            print(output, "word", List.of(word), unseen != null ? vectors.nearest(unseen, count) : vectors.nearest(word, count));
            return 0;
        }
    }

    /** {@code lyceum vectors analogy}. */
    @Command(name = "analogy", description = "What is to C as B is to A.", mixinStandardHelpOptions = true, footer = {"", "Example:",
            "  lyceum vectors analogy --vectors words.vec man king woman",
            "",
            "Gives the words nearest to B - A + C, each of length 1, other than these three."})
    static final class Analogy implements Callable<Integer> {
        @Mixin
        private Source source = new Source();

        @Parameters(arity = "3", paramLabel = "A B C", description = "A is to B as C is to what is asked.")
        private List<String> words = new ArrayList<>();

        @Option(names = "--count", paramLabel = "N", description = "How many answers (${DEFAULT-VALUE}).")
        private int count = 5;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            requireAbove0(count);
            print(output, "words", words, source.load().analogy(words.get(0), words.get(1), words.get(2), count));
            return 0;
        }
    }

    /** {@code lyceum vectors map}. */
    @Command(name = "map", description = "Draw words on a plane, along the two directions in which they differ most "
            + "(PCA).", mixinStandardHelpOptions = true, footer = {"", "Examples:",
                    "  lyceum vectors map --vectors words.vec --out map.svg",
                    "  lyceum vectors map --vectors words.vec --out map.svg --words cat,dog,cow --words red,blue,green"})
    static final class Plane implements Callable<Integer> {
        @Mixin
        private Source source = new Source();

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The .svg file to write.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Option(names = "--words", paramLabel = "WORDS", description = "The words, with commas between; may be given several times, for "
                + "groups that get a colour each. The most frequent ones by default.")
        private List<String> words = new ArrayList<>();

        @Option(names = "--count", paramLabel = "N", description = "How many of the most frequent words (${DEFAULT-VALUE}).")
        private int count = 120;

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            requireAbove0(count);
            var vectors = source.load();
            var groups = words.isEmpty()
                    ? List.of(vectors.words().subList(0, Math.min(count, vectors.size())))
                    : words.stream().map(group -> List.of(group.strip().split("\\s*,\\s*"))).toList();
            WholeFiles.write(out, svg(vectors, groups, "Words by their vectors"));
            if (output.json()) {
                output.print(Map.of("file", out.toString(), "words", groups.stream().mapToInt(List::size).sum()));
            } else {
                output.out().println("Wrote " + out + ".");
            }
            return 0;
        }

        private static String svg(WordVectors vectors, List<List<String>> groups, String title) {
            var all = groups.stream().flatMap(List::stream).toList();
            var places = PrincipalAxes.of(all.stream().map(vectors::unit).toList()).places();
            var points = new ArrayList<ScatterChart.Point>();
            for (int group = 0; group < groups.size(); group++) {
                for (var word : groups.get(group)) {
                    var place = places.get(points.size());
                    points.add(new ScatterChart.Point(place[0], place[1], group, word));
                }
            }
            return new ScatterChart(title, "", "", groups.stream().map(List::getFirst).toList(), points).svg();
        }
    }

    /** {@code lyceum vectors words}. */
    @Command(name = "words", description = "Cut text into words as train does, a line a line, for other tools.", mixinStandardHelpOptions = true, footer = {
            "", "Example:", "  lyceum vectors words --data wordnet books/ --out words.txt"})
    static final class Words implements Callable<Integer> {
        @Option(names = "--data", required = true, arity = "1..*", paramLabel = "PATH", description = "Files, folders, - for standard input, "
                + "or wordnet.")
        private List<String> data = new ArrayList<>();

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The text file to write.")
        @SuppressWarnings("NullAway.Init") // required
        private Path out;

        @Option(names = "--field", paramLabel = "NAME", description = "The JSON-lines field or table column that holds the text "
                + "(${DEFAULT-VALUE}).")
        private String field = "text";

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            var corpus = Corpus.open(data, CorpusConfig.DEFAULT.withField(field).withColumn(field));
            var count = new long[1];
            WholeFiles.write(out, sink -> {
                var line = new StringBuilder();
                for (var document : corpus) {
                    for (var text : (Iterable<String>) document.text().lines()::iterator) {
                        line.setLength(0);
                        WordSplit.WORDS.words(text, word -> {
                            line.append(line.isEmpty() ? "" : " ").append(word);
                            count[0]++;
                        });
                        if (!line.isEmpty()) {
                            sink.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
                        }
                    }
                }
            });
            if (output.json()) {
                output.print(Map.of("file", out.toString(), "words", count[0]));
            } else {
                output.out().printf(Locale.ROOT, "Wrote %s, %,d words.%n", out, count[0]);
            }
            return 0;
        }
    }
}
