package org.lyceum.worlds;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.Seeds;

/**
 * Names for what a world is made of, each once. Nothing follows from them: surnames do not run in families, and a building's name says nothing of
 * its town.
 */
final class Names {
    /** In a world of more people, first names do not tell them apart. */
    private static final int FIRST_NAMES_DO = 80;
    private static final String[] ONSETS = {"b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "dr", "gr", "pr", "tr",
            "fl"};
    private static final String[] VOWELS = {"a", "e", "i", "o", "u"};
    private static final String[] MIDDLES = {"l", "m", "n", "r", "s", "t", "v", "nd", "rt", "lm", "rn", "st", "nt", "lb"};
    private static final String[] SURNAME_ENDS = {"ez", "ano", "ier", "al", "on", "eda", "ini", "ar"};
    private static final String[] TOWN_ENDS = {"ora", "ello", "iva", "una", "esca", "oso", "ay", "ane"};
    private static final String[] BUILDING_ENDS = {"ix", "ante", "elo", "ume", "ador", "is"};

    private final int people;
    private final RandomGenerator random;
    private final Set<String> taken = new HashSet<>();

    /** For a world of so many people. */
    Names(long seed, int people) {
        this.people = people;
        this.random = Seeds.generator(seed, "worlds: names", 0);
    }

    String country() {
        return invented("ia");
    }

    String town() {
        return invented(TOWN_ENDS);
    }

    /** What comes after {@code la biblioteca} or before {@code library}. */
    String building() {
        return invented(BUILDING_ENDS);
    }

    /** A first name where the world is small enough, else one with a surname. */
    String person(Gender gender) {
        var first = gender == Gender.MASCULINE ? Lexicon.MEN : Lexicon.WOMEN;
        for (int tries = 0; people <= FIRST_NAMES_DO && tries < 200; tries++) {
            var name = first.get(random.nextInt(first.size()));
            if (taken.add(name)) {
                return name;
            }
        }
        return first.get(random.nextInt(first.size())) + " " + invented(SURNAME_ENDS);
    }

    /** A thing's name in both languages, with its article. */
    record Thing(Gender gender, String english, String spanish) {
    }

    /** Noun and colour; if those are taken, what it is made of as well; then numbered. */
    Thing thing(RandomGenerator random) {
        for (int tries = 0;; tries++) {
            var noun = Lexicon.THINGS.get(random.nextInt(Lexicon.THINGS.size()));
            var colour = Lexicon.COLOURS.get(random.nextInt(Lexicon.COLOURS.size()));
            var material = Lexicon.MATERIALS.get(random.nextInt(Lexicon.MATERIALS.size()));
            boolean made = tries >= 3;
            int number = tries < 6 ? 0 : 2 + random.nextInt(Math.max(10, people / 200));
            var english = "the " + colour.english() + (made ? " " + material.english() : "") + " " + noun.english()
                    + (number == 0 ? "" : " number " + number);
            var spanish = noun.article() + " " + noun.spanish() + " " + colour.spanish(noun.gender())
                    + (made ? " " + material.spanish() : "") + (number == 0 ? "" : " número " + number);
            if (taken.add(english)) {
                return new Thing(noun.gender(), english, spanish);
            }
        }
    }

    private String invented(String[] ends) {
        return invented(ends[random.nextInt(ends.length)]);
    }

    /** A capitalised word that no one has seen, with that ending. */
    private String invented(String end) {
        for (int tries = 0;; tries++) {
            var word = new StringBuilder(ONSETS[random.nextInt(ONSETS.length)]);
            for (int i = 0; i < 1 + tries / 20; i++) {
                word.append(VOWELS[random.nextInt(VOWELS.length)]).append(MIDDLES[random.nextInt(MIDDLES.length)]);
            }
            word.append(end);
            var name = Character.toUpperCase(word.charAt(0)) + word.substring(1);
            if (taken.add(name)) {
                return name;
            }
        }
    }
}
