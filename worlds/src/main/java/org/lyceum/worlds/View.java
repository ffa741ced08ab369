package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a model was shown.
 *
 * @param shown the sentences, in order
 * @param policy which source wins where two differ
 * @param trusted the source that wins by {@link Policy#TRUSTED}, else {@code ""}
 */
public record View(List<Shown> shown, Policy policy, String trusted) {
    /** A sentence, what it says, where it stood, and the year that its source is of. */
    public record Shown(String sentence, Fact fact, String source, int date) {
        /** Whether the two say of one thing what cannot both be. */
        boolean contradicts(Shown other) {
            return !fact.equals(other.fact) && about(fact).equals(about(other.fact));
        }
    }

    /** Which of two sources wins that give one thing two answers. */
    public enum Policy {
        /** The one of the latest date, of two such the first. */
        NEWEST,
        /** The one that comes first. */
        FIRST,
        /** The one that {@link View#trusted} names; where that says nothing, the newest. */
        TRUSTED,
        /** What most sources say; nothing where as many say something else. */
        MAJORITY,
        /** Both are believed. */
        NONE
    }

    /** By a policy that needs no name. */
    public View(List<Shown> shown, Policy policy) {
        this(shown, policy, "");
    }

    /** The same sentences by another policy. */
    View by(Policy other, String source) {
        return new View(shown, other, source);
    }

    /** What is shown, as text: sentences, or where there are several sources a line for each passage, with its source and year. */
    public String text() {
        if (sources().size() < 2) {
            return shown.stream().map(Shown::sentence).collect(Collectors.joining(" "));
        }
        var text = new StringBuilder();
        var last = "";
        for (var one : shown) {
            var heading = "[" + one.source + ", " + one.date + "]";
            text.append(heading.equals(last) ? "" : (text.isEmpty() ? "" : "\n") + heading).append(" ").append(one.sentence);
            last = heading;
        }
        return text.toString();
    }

    /** The names of its sources, in order. */
    public Set<String> sources() {
        var sources = new LinkedHashSet<String>();
        shown.forEach(one -> sources.add(one.source));
        return sources;
    }

    /** What somebody knows who was shown this, and knows the rules and the names of everything in {@code world}. */
    public World known(World world) {
        var facts = new ArrayList<Fact>();
        var rivals = new LinkedHashMap<List<Object>, List<Shown>>();
        for (var one : shown) {
            if (policy == Policy.NONE || !one.fact.relation().single()) {
                facts.add(one.fact);
            } else {
                rivals.computeIfAbsent(about(one.fact), _ -> new ArrayList<>()).add(one);
            }
        }
        rivals.values().forEach(said -> winner(said).ifPresent(facts::add));
        return world.knowingOnly(facts.stream().map(View::since).toList());
    }

    /** What a fact is about: who carries a thing and where it is kept are one question. */
    private static List<Object> about(Fact fact) {
        return List.of(fact.relation().slot(), fact.subject(), fact.year());
    }

    private Optional<Fact> winner(List<Shown> said) {
        return switch (policy) {
            case FIRST, NONE -> Optional.of(said.getFirst().fact);
            case NEWEST -> Optional.of(newest(said));
            case TRUSTED -> Optional.of(said.stream().filter(one -> one.source.equals(trusted)).map(Shown::fact).findFirst()
                    .orElseGet(() -> newest(said)));
            case MAJORITY -> majority(said);
        };
    }

    private static Fact newest(List<Shown> said) {
        return said.stream().reduce((a, b) -> b.date > a.date ? b : a).orElseThrow().fact;
    }

    private static Optional<Fact> majority(List<Shown> said) {
        var sources = new HashMap<Fact, Set<String>>();
        said.forEach(one -> sources.computeIfAbsent(one.fact, _ -> new LinkedHashSet<>()).add(one.source));
        int most = sources.values().stream().mapToInt(Set::size).max().orElseThrow();
        var facts = sources.entrySet().stream().filter(entry -> entry.getValue().size() == most).map(Map.Entry::getKey).toList();
        return facts.size() == 1 ? Optional.of(facts.getFirst()) : Optional.empty();
    }

    /** Whether a source says something that a newer one contradicts. */
    boolean older(String source) {
        return shown.stream().filter(one -> one.source.equals(source))
                .anyMatch(one -> shown.stream().anyMatch(other -> one.contradicts(other) && other.date > one.date));
    }

    /** A lasting fact that is told now was so all along. */
    private static Fact since(Fact fact) {
        return fact.relation().sort() == Relation.Sort.LASTING ? new Fact(fact.relation(), fact.subject(), fact.object(), 0) : fact;
    }
}
