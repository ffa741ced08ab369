import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.languagetool.JLanguageTool;
import org.languagetool.Languages;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Fact;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Realiser;
import org.lyceum.worlds.Relation;
import org.lyceum.worlds.Style;
import org.lyceum.worlds.World;

/**
 * {@code GrammarCheck en|es N}: what LanguageTool finds in N sentences of worlds, by rule, with examples. Every relation, now and in 1975, at every
 * level; invented names are no words, so that rules that stand on a dictionary are off.
 */
final class GrammarCheck {
    private static final int PER_WORLD = 500;
    private static final int EXAMPLES = 4;

    public static void main(String[] arguments) throws Exception {
        var language = Language.valueOf(arguments[0].toUpperCase());
        int sentences = Integer.parseInt(arguments[1]);
        var tool = new JLanguageTool(Languages.getLanguageForShortCode(language == Language.EN ? "en-US" : "es"));
        tool.getAllRules().stream().filter(rule -> rule.isDictionaryBasedSpellingRule()).forEach(rule -> tool.disableRule(rule.getId()));
        var found = new TreeMap<String, List<String>>();
        int wrong = 0;
        for (int done = 0; done < sentences;) {
            int seed = 1 + done / PER_WORLD;
            var world = World.of(seed, 60);
            var realiser = new Realiser(world, language);
            for (var fact : facts(world, seed)) {
                if (done == sentences || done == seed * PER_WORLD) {
                    break;
                }
                var sentence = realiser.sentence(fact, new Style(1 + done % 3, 0), Seeds.generator(seed, "grammar", done));
                var matches = tool.check(sentence);
                wrong += matches.isEmpty() ? 0 : 1;
                for (var match : matches) {
                    found.computeIfAbsent(match.getRule().getCategory().getId() + " " + match.getRule().getFullId(), _ -> new ArrayList<>())
                            .add(sentence + " [" + sentence.substring(match.getFromPos(), match.getToPos()) + "] " + match.getMessage());
                }
                done++;
            }
        }
        System.out.printf("%s: %,d sentences, %,d with something to say about them%n", language, sentences, wrong);
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
