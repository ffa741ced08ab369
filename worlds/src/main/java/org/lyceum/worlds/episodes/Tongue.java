package org.lyceum.worlds.episodes;

import java.util.List;
import java.util.Locale;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.Lexicon.Colour;
import org.lyceum.worlds.Lexicon.Noun;
import org.lyceum.worlds.View.Policy;

/** Says what all episodes say, in English or Spanish. */
record Tongue(Language language) {
    private static final List<String> GIVING_UP = List.of("give up", "i give up", "i don't know", "i do not know", "it cannot be done",
            "rendirse", "me rindo", "no lo sé", "no se puede hacer");

    /** {@code english} or {@code spanish}, with the latter's contractions. */
    String say(String english, String spanish) {
        return language == Language.EN ? english : spanish.replace(" de el ", " del ").replace(" a el ", " al ");
    }

    /** {@code the red key}, {@code la llave roja}. */
    String the(Noun noun, Colour colour) {
        return say("the " + colour.english() + " " + noun.english(),
                noun.article() + " " + noun.spanish() + " " + colour.spanish(noun.gender()));
    }

    /** {@code the table}, {@code la mesa}. */
    String the(Noun noun) {
        return say("the " + noun.english(), noun.article() + " " + noun.spanish());
    }

    /** {@code the table, the shelf and the box}. */
    String list(List<String> all, String english, String spanish) {
        var last = all.getLast();
        return all.size() == 1
                ? last
                : String.join(", ", all.subList(0, all.size() - 1)) + say(" " + english + " ", " " + spanish + " ") + last;
    }

    String giveUp() {
        return say("give up", "rendirse");
    }

    /** Whether {@code command} says that the task cannot be done or that the answer is not known. */
    boolean givesUp(String command) {
        return GIVING_UP.contains(command.toLowerCase(Locale.ROOT).replace('’', '\''));
    }

    /** {@code command} as it is compared: one space between words, no full stop. */
    static String plain(String command) {
        return command.strip().replaceAll("\\s+", " ").replaceFirst("[.!]$", "").replaceAll("[“”«»]", "\"");
    }

    /** {@code 3 May}, {@code 3 de mayo}. */
    String day(int day) {
        return say(day + " May", day + " de mayo");
    }

    /** The note, its day, and which source wins. */
    String told(Note note, Policy policy) {
        var wins = switch (policy) {
            case NEWEST -> say("Today is 6 May. Where two sources differ, the newest is right.",
                    "Hoy es el 6 de mayo. Donde dos fuentes no coinciden, vale la más nueva.");
            case FIRST -> say("Today is 6 May. Where two sources differ, what was told first is right.",
                    "Hoy es el 6 de mayo. Donde dos fuentes no coinciden, vale lo que se dijo primero.");
            default -> throw new IllegalArgumentException("no episodes go by " + policy);
        };
        return say("Note of ", "Nota del ") + day(note.date()) + ": " + note.text() + ". " + wins;
    }

    /** What the world says to an action that it does not accept. */
    String refused(String need) {
        return say("That does not work. It takes this: ", "No funciona. Hace falta esto: ") + need + ".";
    }

    String noCommand() {
        return say("That is not a command.", "Eso no es una orden.");
    }
}
