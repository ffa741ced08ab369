package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;
import org.lyceum.worlds.Document.Line;

/** Tells stories, writes entries of an encyclopaedia and has people talk, all about one world. */
public final class Teller {
    /** In which order things are told: NEARLY moves each by two places at most. */
    public enum Order {
        CHRONOLOGICAL, REVERSED, NEARLY, SHUFFLED
    }

    /** Where the language changes. WORD puts things and kinship nouns into the other language. */
    public enum Switching {
        NEVER, SPEAKER, SENTENCE, WORD
    }

    private final World world;
    private final Language language;
    private final Style style;
    private final Contents contents;
    /** What belongs to each life, once it is needed. */
    private @Nullable Map<Integer, List<Fact>> lives;

    /** For documents in {@code language}. */
    public Teller(World world, Language language, Style style) {
        this.world = world;
        this.language = language;
        this.style = style;
        this.contents = new Contents(world, style);
    }

    /** A life: birth, family, moves, jobs and things, in the given order. */
    public Document story(int person, Order order) {
        return story(person, order, 0);
    }

    /** The same told once more: the {@code telling}-th time, from 0, in other words. */
    public Document story(int person, Order order, int telling) {
        var random = Seeds.generator(world.seed(), "worlds: story", person + (long) telling * world.entities().size());
        var facts = contents.of(ordered(life(person), order, random), person);
        var title = (language == Language.EN ? "The story of " : "La historia de ") + world.entity(person).name(language);
        return new Document(Document.Kind.STORY, title, language, lines(facts, person, random));
    }

    /**
     * What an encyclopaedia would have about an entity now: what holds of it, as far as the style does not leave it to be inferred, and the events
     * that concern it as subject.
     */
    public Document entry(int entity) {
        var random = Seeds.generator(world.seed(), "worlds: entry", entity);
        var facts = contents.of(entity);
        return new Document(Document.Kind.ENTRY, capital(world.entity(entity).name(language)), language, lines(facts, entity, random));
    }

    /** Two people tell each other what they know of a third, turn by turn. */
    public Document dialogue(int first, int second, int about, Order order, Switching switching) {
        var random = Seeds.generator(world.seed(), "worlds: dialogue", about);
        var lines = new ArrayList<Line>();
        var facts = contents.of(ordered(life(about), order, random), about);
        for (int i = 0; i < facts.size(); i++) {
            boolean other = switching == Switching.SPEAKER && i % 2 == 1 || switching == Switching.SENTENCE && random.nextBoolean();
            var spoken = other ? language.other() : language;
            var how = switching == Switching.WORD
                    ? new Style(style.words(), style.clauses(), style.inference(), style.sentences(), 0.5, false)
                    : style;
            var fact = Asking.told(facts.get(i));
            lines.add(new Line(world.entity(i % 2 == 0 ? first : second).name(language), spoken,
                    new Realiser(world, spoken).sentence(fact, how, random), fact));
        }
        var title = (language == Language.EN ? "A conversation about " : "Una conversación sobre ") + world.entity(about).name(language);
        return new Document(Document.Kind.DIALOGUE, title, language, List.copyOf(lines));
    }

    /** The given facts about a person: those with the person as subject, things bought and taken, and the births of children. */
    private List<Fact> life(int person) {
        if (lives == null) {
            lives = new HashMap<>();
            for (var fact : world.given()) {
                lives.computeIfAbsent(fact.subject(), _ -> new ArrayList<>()).add(fact);
                if (fact.relation() == Relation.PARENT || fact.relation().subject() == Kind.THING) {
                    lives.computeIfAbsent(fact.object(), _ -> new ArrayList<>()).add(fact);
                }
            }
        }
        return lives.getOrDefault(person, List.of());
    }

    private static List<Fact> ordered(List<Fact> facts, Order order, RandomGenerator random) {
        var list = new ArrayList<>(facts);
        list.sort(Comparator.comparingInt(Fact::year));
        switch (order) {
            case CHRONOLOGICAL -> {
            }
            case REVERSED -> Collections.reverse(list);
            case SHUFFLED -> Collections.shuffle(list, Random.from(random));
            case NEARLY -> {
                for (int i = 0; i + 2 < list.size(); i += 3) {
                    Collections.shuffle(list.subList(i, i + 3), Random.from(random));
                }
            }
        }
        return list;
    }

    private List<Line> lines(List<Fact> facts, int about, RandomGenerator random) {
        var realiser = new Realiser(world, language);
        var lines = new ArrayList<Line>();
        for (var fact : facts) {
            var told = Asking.told(fact);
            var last = lines.isEmpty() ? null : lines.getLast().fact();
            var text = style.pronouns() && last != null && mentions(told, about) && mentions(last, about) && !rivals(last, about)
                    ? realiser.sentenceGoingOn(told, about, !sameGender(last, about), style, random)
                    : realiser.sentence(told, style, random);
            lines.add(new Line("", language, text, told));
        }
        return List.copyOf(lines);
    }

    private static boolean mentions(Fact fact, int entity) {
        return fact.subject() == entity || fact.object() == entity;
    }

    /** What else a sentence speaks of. */
    private Entity other(Fact fact, int about) {
        return world.entity(fact.subject() == about ? fact.object() : fact.subject());
    }

    /** Whether a pronoun after a sentence might be taken for somebody else in it: neither a Spanish verb nor {@code su} tells men from women. */
    private boolean rivals(Fact last, int about) {
        return other(last, about).kind() == Kind.PERSON && (language == Language.ES || sameGender(last, about));
    }

    private boolean sameGender(Fact last, int about) {
        return other(last, about).gender() == world.entity(about).gender();
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
