package org.lyceum.study.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Are words that children learn late those that a model finds surprising? A document is a word with the share of children who say it at each
 * age, in columns that are called as the age is, in months. Its age of acquisition is where a logistic curve through those shares passes one
 * half (Frank et al. 2021, Variability and Consistency in Early Language Learning, chapter 5); the model's side is the word's mean surprisal
 * −log₂ p(word | context) over contexts from a text of speech to children, as in Portelance et al. 2020.
 */
final class AcquisitionAges {
    /** The split with the text that contexts are taken from. */
    static final String CONTEXTS = "contexts";
    /** Words of a context at most. */
    private static final int BEFORE = 24;
    private static final Pattern AGE = Pattern.compile("[0-9]{1,3}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]*\\.?[0-9]+");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    /** {@code (animal)}, what stands behind {@code /}, and signs: notes of those who made the list. */
    private static final Pattern NOTE = Pattern.compile("\\(.*?\\)|/.*|[^\\p{L}' -]");
    private static final String COUNT = "times in the text";

    private AcquisitionAges() {
    }

    /** The words of the task that occur often enough in its text. Throws {@link org.lyceum.foundation.UserError} where there are none. */
    static List<Item> items(Task task, Path folder, int limit) {
        var places = new Places(
                task.data().read(CONTEXTS, folder).stream().map(line -> String.valueOf(line.columns().get("text"))).toList());
        var items = new ArrayList<Item>();
        for (var document : task.data().test(folder)) {
            var word = NOTE.matcher(task.text().text(document)).replaceAll("").strip();
            double age = age(document);
            var at = word.isEmpty() || Double.isNaN(age) ? List.<Integer>of() : places.of(word);
            if (at.size() >= task.own().contexts()) {
                items.add(item(task, document, word, age, at, places));
            }
            if (items.size() == limit && limit > 0) {
                break;
            }
        }
        if (items.isEmpty()) {
            throw task.where().wrong("dataset_kwargs", "no word of " + task.data().described() + " has columns of ages and stands "
                    + task.own().contexts() + " times in the text of the split '" + CONTEXTS + "'.");
        }
        return items;
    }

    /** Contexts lie evenly over the text. */
    private static Item item(Task task, Document document, String word, double age, List<Integer> at, Places places) {
        int wanted = task.own().contexts();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < wanted; i++) {
            requests.add(new Request.Likelihood(places.before(at.get((int) ((long) i * at.size() / wanted))), " " + word));
        }
        var columns = new LinkedHashMap<>(document.columns());
        columns.put(COUNT, at.size());
        return new Item(new Document(document.index(), document.origin(), columns), requests, List.of(word), List.of(),
                List.of(String.format(Locale.ROOT, "%.4f", age)));
    }

    /** A text in which words are looked for as they stand, between white space, in whatever case. */
    private static final class Places {
        /** Words of all lines, a line break before each first one of a line but of the text. */
        private final List<String> words = new ArrayList<>();
        private final List<Boolean> begins = new ArrayList<>();
        private final Map<String, List<Integer>> at = new LinkedHashMap<>();

        Places(List<String> lines) {
            for (var line : lines) {
                boolean first = true;
                for (var word : SPACE.split(line.strip())) {
                    at.computeIfAbsent(word.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(words.size());
                    words.add(word);
                    begins.add(first);
                    first = false;
                }
            }
        }

        /** Where {@code phrase} stands with something before it in its line. */
        List<Integer> of(String phrase) {
            var parts = SPACE.split(phrase.toLowerCase(Locale.ROOT));
            return at.getOrDefault(parts[0], List.of()).stream().filter(place -> stands(parts, place)).toList();
        }

        private boolean stands(String[] parts, int place) {
            if (begins.get(place) || place + parts.length > words.size()) {
                return false;
            }
            for (int i = 1; i < parts.length; i++) {
                if (begins.get(place + i) || !words.get(place + i).equalsIgnoreCase(parts[i])) {
                    return false;
                }
            }
            return true;
        }

        /** The words before {@code place}, lines below each other. */
        String before(int place) {
            var text = new StringBuilder();
            for (int i = Math.max(0, place - BEFORE); i < place; i++) {
                text.append(text.isEmpty() ? "" : begins.get(i) ? "\n" : " ").append(words.get(i));
            }
            return text.toString();
        }
    }

    /** The share of children who say the word, by age in months. */
    static SortedMap<Double, Double> shares(Document document) {
        var shares = new TreeMap<Double, Double>();
        document.columns().forEach((column, value) -> {
            if (AGE.matcher(column).matches() && NUMBER.matcher(String.valueOf(value)).matches()) {
                shares.put(Double.valueOf(column), Double.valueOf(String.valueOf(value)));
            }
        });
        return shares;
    }

    /** The age of acquisition in months; NaN where the columns do not tell. */
    static double age(Document document) {
        var shares = shares(document);
        return half(shares.keySet().stream().mapToDouble(x -> x).toArray(), shares.values().stream().mapToDouble(y -> y).toArray());
    }

    /**
     * Where the curve 1 / (1 + exp(−a − b·x)) that makes {@code shares} most probable passes one half: −a/b, by Newton's method. NaN where the
     * shares do not rise, and where that is further outside of the measured ages than half of what they span.
     */
    static double half(double[] ages, double[] shares) {
        if (ages.length < 3) {
            return Double.NaN;
        }
        double middle = (ages[0] + ages[ages.length - 1]) / 2;
        double span = ages[ages.length - 1] - ages[0];
        double a = 0;
        double b = 0;
        for (int step = 0; step < 30; step++) {
            double gradientA = 0;
            double gradientB = 0;
            double aa = 1e-9; // so that shares of nothing but 0 or 1 do not divide by zero
            double ab = 0;
            double bb = 1e-9;
            for (int i = 0; i < ages.length; i++) {
                double x = (ages[i] - middle) / span;
                double p = 1 / (1 + Math.exp(-a - b * x));
                gradientA += shares[i] - p;
                gradientB += (shares[i] - p) * x;
                aa += p * (1 - p);
                ab += p * (1 - p) * x;
                bb += p * (1 - p) * x * x;
            }
            double determinant = aa * bb - ab * ab;
            a = Math.clamp(a + (bb * gradientA - ab * gradientB) / determinant, -50, 50);
            b = Math.clamp(b + (aa * gradientB - ab * gradientA) / determinant, -100, 100);
        }
        double age = middle - a / b * span;
        return b > 0 && age >= ages[0] - span / 2 && age <= ages[ages.length - 1] + span / 2 ? age : Double.NaN;
    }

    /** The mean over contexts, in bits. */
    static double surprisal(Outcome outcome) {
        return outcome.answers().stream().mapToDouble(answer -> -answer.logProbability() / Math.log(2)).average().orElse(Double.NaN);
    }

    /** What a model would say that only knows how often the word stands in the text. */
    static List<Answer> byFrequency(Item item) {
        double logCount = Math.log(((Number) item.document().columns().getOrDefault(COUNT, 1)).doubleValue());
        return item.requests().stream().map(_ -> Answer.of(logCount, false)).toList();
    }

    /** What a model would say that only knows how many letters the word has. */
    static List<Answer> byLength(Item item) {
        return item.requests().stream().map(_ -> Answer.of(-item.choices().getFirst().length(), false)).toList();
    }
}
