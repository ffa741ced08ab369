package org.lyceum.worlds;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A text about a world, with what each line says.
 *
 * @param kind what it is
 * @param title its first line
 * @param language the language of its title, and of every line unless languages are switched
 * @param lines one sentence each, in order
 */
public record Document(Kind kind, String title, Language language, List<Line> lines) {
    /** What a document is. */
    public enum Kind {
        STORY, ENTRY, DIALOGUE
    }

    /**
     * One sentence.
     *
     * @param speaker who says it, or {@code ""} where nobody does
     * @param language of the sentence
     * @param text the sentence
     * @param fact what it says
     */
    public record Line(String speaker, Language language, String text, Fact fact) {
    }

    /** The title, then the lines: one after another, or each with its speaker. */
    public String text() {
        boolean spoken = kind == Kind.DIALOGUE;
        return title + "\n\n" + lines.stream().map(line -> spoken ? line.speaker + ": " + line.text : line.text)
                .collect(Collectors.joining(spoken ? "\n" : " ")) + "\n";
    }

    /** What it says. */
    public List<Fact> facts() {
        return lines.stream().map(Line::fact).toList();
    }
}
