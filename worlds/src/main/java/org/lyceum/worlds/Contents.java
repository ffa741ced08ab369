package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a document says: given facts, and of what follows from them as much as the {@link Style} does not leave to be inferred. If not all of it
 * fits into the sentences that a document may have, what is told goes with what follows from it.
 */
final class Contents {
    private final World world;
    private final Style style;
    /** Facts by subject, once they are needed. */
    private @Nullable Map<Integer, List<Fact>> truths;

    Contents(World world, Style style) {
        this.world = world;
        this.style = style;
    }

    /** About an entity: all that is true of it as subject, relation by relation. */
    List<Fact> of(int entity) {
        return fitting(truths(entity).stream().filter(this::said).toList());
    }

    /** About a person and the things in a life told in this order: what follows after the last told of what it follows from. */
    List<Fact> of(List<Fact> life, int person) {
        if (life.isEmpty() || style.inference() == Style.HARDEST) {
            return fitting(life);
        }
        var all = new LinkedHashMap<Fact, List<Fact>>();
        life.forEach(fact -> all.put(fact, new ArrayList<>(List.of(fact))));
        var told = life.stream().map(Asking::told).collect(Collectors.toSet());
        var about = Stream.concat(Stream.of(person), life.stream().map(Fact::subject).filter(id -> world.entity(id).kind() == Kind.THING));
        about.distinct().flatMap(id -> truths(id).stream()).filter(fact -> steps(fact) > 0 && said(fact)).forEach(fact -> {
            var from = leaves(fact);
            if (fact.subject() == person || told.containsAll(from)) {
                var last = life.stream().filter(one -> from.contains(Asking.told(one))).reduce((_, next) -> next).orElse(life.getLast());
                all.getOrDefault(last, List.of()).add(fact);
            }
        });
        return fitting(all.values().stream().flatMap(List::stream).toList());
    }

    private List<Fact> truths(int entity) {
        if (truths == null) {
            truths = world.truths().stream().collect(Collectors.groupingBy(Fact::subject));
        }
        return truths.getOrDefault(entity, List.of());
    }

    /** Whether it is not left to be inferred. */
    private boolean said(Fact fact) {
        return steps(fact) <= switch (style.inference()) {
            case 1 -> Integer.MAX_VALUE;
            case 2 -> 1;
            default -> 0;
        };
    }

    /** How many given facts a reader has to put together to know a fact; 0 if it is one. */
    private int steps(Fact fact) {
        return world.prove(fact).map(proof -> proof instanceof Proof.Given ? 0 : proof.hops()).orElse(0);
    }

    /** What a fact follows from, as it is told. */
    private Set<Fact> leaves(Fact fact) {
        return world.prove(fact).orElseThrow().leaves().stream().map(Asking::told).collect(Collectors.toSet());
    }

    /** As many of {@code facts}, in their order, as a document may have. */
    private List<Fact> fitting(List<Fact> facts) {
        int most = style.sentences();
        if (most == 0 || facts.size() <= most) {
            return facts;
        }
        if (style.inference() == Style.HARDEST) {
            return facts.subList(0, most);
        }
        var chosen = new HashSet<Fact>();
        var told = new HashSet<Fact>();
        for (var given : facts.stream().filter(fact -> steps(fact) == 0).toList()) {
            told.add(Asking.told(given));
            var group = facts.stream()
                    .filter(fact -> fact == given || steps(fact) > 0 && !chosen.contains(fact) && told.containsAll(leaves(fact))).toList();
            if (!chosen.isEmpty() && chosen.size() + group.size() > most) {
                told.remove(Asking.told(given));
                break;
            }
            group.stream().limit(most).forEach(chosen::add);
        }
        facts.stream().filter(fact -> steps(fact) > 0 && !chosen.contains(fact)).limit(most - chosen.size()).toList().forEach(chosen::add);
        return facts.stream().filter(chosen::contains).toList();
    }
}
