import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.languagetool.JLanguageTool;
import org.languagetool.Languages;
import org.languagetool.rules.RuleMatch;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Document;
import org.lyceum.worlds.Fact;
import org.lyceum.worlds.Kind;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Realiser;
import org.lyceum.worlds.Relation;
import org.lyceum.worlds.Style;
import org.lyceum.worlds.Teller;
import org.lyceum.worlds.Teller.Order;
import org.lyceum.worlds.World;

/**
 * {@code GrammarCheck en|es N [pronouns]}: what LanguageTool finds in N sentences of worlds, by rule, with examples. Every relation, now and in 1975,
 * at every level, each sentence by itself; or, with pronouns, stories and entries of every level of words and clauses, each read as a whole, of
 * which only sentences without the name of whom they are about are counted. Invented names are no words, so that rules that stand on a dictionary
 * are off.
 */
final class GrammarCheck {
    private static final int PER_WORLD = 500;
    private static final int EXAMPLES = 4;

    public static void main(String[] arguments) throws Exception {
        var language = Language.valueOf(arguments[0].toUpperCase());
        int sentences = Integer.parseInt(arguments[1]);
        var tool = new JLanguageTool(Languages.getLanguageForShortCode(language == Language.EN ? "en-US" : "es"));
        tool.getAllRules().stream().filter(rule -> rule.isDictionaryBasedSpellingRule()).forEach(rule -> tool.disableRule(rule.getId()));
        var check = new GrammarCheck(language, tool);
        if (arguments.length > 2) {
            check.documents(sentences);
        } else {
            check.sentences(sentences);
        }
        check.print();
    }

    private final Language language;
    private final JLanguageTool tool;
    private final TreeMap<String, List<String>> found = new TreeMap<>();
    private int done;
    private int wrong;

    private GrammarCheck(Language language, JLanguageTool tool) {
        this.language = language;
        this.tool = tool;
    }

    private void sentences(int sentences) throws Exception {
        while (done < sentences) {
            int seed = 1 + done / PER_WORLD;
            var world = World.of(seed, 60);
            var realiser = new Realiser(world, language);
            for (var fact : facts(world, seed)) {
                if (done == sentences || done == seed * PER_WORLD) {
                    break;
                }
                var sentence = realiser.sentence(fact, new Style(1 + done % 3, 0), Seeds.generator(seed, "grammar", done));
                count(tool.check(sentence), sentence);
            }
        }
    }

    /** Each document is read whole, so that what a pronoun stands for is in sight. */
    private void documents(int sentences) throws Exception {
        for (int seed = 1; done < sentences; seed++) {
            var world = World.of(seed, 60);
            for (var person : world.entities(Kind.PERSON)) {
                int nth = person.id() + seed;
                var style = new Style(1 + nth % 3, 1 + nth / 3 % 3, 1 + nth / 9 % 3, 30, 0, true);
                var teller = new Teller(world, language, style);
                for (var document : List.of(teller.story(person.id(), Order.CHRONOLOGICAL), teller.entry(person.id()))) {
                    var body = document.lines().stream().map(Document.Line::text).collect(Collectors.joining(" "));
                    var matches = tool.check(body);
                    int from = 0;
                    for (var line : document.lines()) {
                        int begins = from;
                        int ends = from + line.text().length();
                        from = ends + 1;
                        boolean goesOn = !line.text().contains(person.name(language))
                                && (line.fact().subject() == person.id() || line.fact().object() == person.id());
                        if (goesOn && done < sentences) {
                            count(matches.stream().filter(m -> m.getFromPos() >= begins && m.getFromPos() < ends).toList(), body);
                        }
                    }
                }
            }
        }
    }

    private void count(List<RuleMatch> matches, String text) {
        done++;
        wrong += matches.isEmpty() ? 0 : 1;
        for (var match : matches) {
            var shown = text.substring(Math.max(0, match.getFromPos() - 60), Math.min(text.length(), match.getToPos() + 40));
            found.computeIfAbsent(match.getRule().getCategory().getId() + " " + match.getRule().getFullId(), _ -> new ArrayList<>())
                    .add(shown + " [" + text.substring(match.getFromPos(), match.getToPos()) + "] " + match.getMessage());
        }
    }

    private void print() {
        System.out.printf("%s: %,d sentences, %,d with something to say about them%n", language, done, wrong);
        found.entrySet().stream().sorted(Comparator.comparingInt(entry -> -entry.getValue().size())).forEach(entry -> {
            System.out.printf("%6d %s%n", entry.getValue().size(), entry.getKey());
            entry.getValue().stream().limit(EXAMPLES).forEach(example -> System.out.println("         " + example));
        });
    }

    private static List<Fact> facts(World world, int seed) {
        var facts = new ArrayList<>(world.truths());
        facts.addAll(world.at(1975).facts().stream().filter(fact -> fact.relation().sort() != Relation.Sort.LASTING)
                .sorted(Comparator.comparing(Fact::toString)).toList());
        Collections.shuffle(facts, new Random(seed));
        return facts;
    }
}
