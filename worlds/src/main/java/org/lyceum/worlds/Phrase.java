package org.lyceum.worlds;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * One way to say a relation: a sentence with slots, as {@code phrases.en.txt} describes them, in lower case and without its capital.
 *
 * @param relation what it says
 * @param number its place among the phrasings of the relation
 * @param words 1 for common words to 3 for rare ones
 * @param clauses 1 for one clause, 2 for longer sentences, 3 for nested clauses
 * @param template the sentence with its slots
 */
public record Phrase(Relation relation, int number, int words, int clauses, String template) {
    private static final Pattern SLOT = Pattern.compile("\\{([^}]*)\\}");

    /** Whether both its words and its clauses are of a level. */
    boolean of(int level) {
        return words == level && clauses == level;
    }

    /** How many subordinate clauses it has. */
    int depth(Language language) {
        return Readability.clauses(fill(true, Gender.MASCULINE, Gender.MASCULINE, slot -> slot.equals("s") ? "S" : "o"), language);
    }

    /** Whether it has a form for now and one for then. */
    boolean tensed() {
        return SLOT.matcher(template).results().anyMatch(m -> m.group(1).contains("|") && !m.group(1).contains(":"));
    }

    /** The sentence with alternatives chosen and {@code s}, {@code o}, {@code y} and the roles filled by {@code slots}. */
    String fill(boolean now, Gender subject, Gender object, UnaryOperator<String> slots) {
        return SLOT.matcher(template).replaceAll(match -> {
            var inside = match.group(1);
            if (!inside.contains("|")) {
                return slots.apply(inside);
            }
            boolean first = switch (inside.substring(0, Math.min(2, inside.length()))) {
                case "s:" -> subject == Gender.MASCULINE;
                case "o:" -> object == Gender.MASCULINE;
                default -> now;
            };
            var alternatives = inside.replaceFirst("^[so]:", "");
            int bar = alternatives.indexOf('|');
            return first ? alternatives.substring(0, bar) : alternatives.substring(bar + 1);
        });
    }
}
