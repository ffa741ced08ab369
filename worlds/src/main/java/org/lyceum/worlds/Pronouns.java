package org.lyceum.worlds;

import java.util.Optional;

/**
 * Phrasings of who has been named before: {@code she}, {@code her home} and {@code hired her} in English; in Spanish nothing for the subject, where
 * the verb says enough, {@code su casa}, {@code la contrataron}, {@code le pertenece} and {@code con ella}. Nothing where a name stands in a place
 * where no pronoun can, or in so many that more would have to change.
 */
final class Pronouns {
    /** A slot for tense, other than that of a verb that names follow. */
    private static final String VERB = "(\\{(?!is\\||are\\||es\\||era\\||[so]:)[^{}|]*\\|[^{}]*\\}";

    private Pronouns() {
    }

    /** For the subject of a phrasing's relation. */
    static Optional<Phrase> forSubject(Phrase phrase, Language language) {
        return of(phrase, "s", phrase.relation().subject(), language);
    }

    /** For the object, if that is a person. */
    static Optional<Phrase> forObject(Phrase phrase, Language language) {
        return phrase.relation().object() == Kind.PERSON ? of(phrase, "o", Kind.PERSON, language) : Optional.empty();
    }

    private static Optional<Phrase> of(Phrase phrase, String slot, Kind kind, Language language) {
        var template = phrase.template();
        var name = "\\{" + slot + "\\}";
        if (template.split(name, -1).length != 2 || template.matches(".*(?:" + name + " (?:and|y) | (?:and|y|y a) " + name + ").*")) {
            return Optional.empty();
        }
        var replaced = language == Language.EN
                ? english(template, slot, name, kind == Kind.PERSON)
                : spanish(template, slot, name, kind == Kind.PERSON);
        return replaced.equals(template)
                ? Optional.empty()
                : Optional.of(new Phrase(phrase.relation(), phrase.number(), phrase.words(), phrase.clauses(), replaced));
    }

    private static String english(String template, String slot, String name, boolean person) {
        var his = person ? "{" + slot + ":his|her}" : "its";
        var him = person ? "{" + slot + ":him|her}" : "it";
        return template
                .replaceFirst("(^|, |(?:that|which|where|whom|year) )" + name + " ", "$1" + (person ? "{" + slot + ":he|she}" : "it") + " ")
                .replaceFirst("(^| )" + name + "'s ", "$1" + his + " ")
                .replaceFirst("the ((?:year of|legitimate|native)? ?(?!town |towns )\\w+) of " + name + "(?=[ ,.])", his + " $1")
                .replaceFirst(
                        "\\b(to|with|by|for|married|hired|recruited|bought|took|acquired|received|put|find|visit|frequent|carried|carrying"
                                + "|(?<!(?:colleague|town|country|towns) )of) " + name + "(?=[ .])",
                        "$1 " + him)
                .replaceFirst(VERB + ") " + name + "(?=[ .])", "$1 " + him);
    }

    private static String spanish(String template, String slot, String name, boolean person) {
        var lo = "{" + slot + ":lo|la} ";
        var el = "{" + slot + ":él|ella}";
        var started = template.replaceFirst("(^|, |(?:que|cuando|donde) )" + name + " ", "$1");
        if (!person || !started.equals(template)) {
            return started;
        }
        return template.replaceFirst("\\{role\\} de " + name, "su {role}")
                .replaceFirst("los parientes de " + name, "sus parientes")
                .replaceFirst("\\{o:(compañero)\\|(compañera)\\} de trabajo de " + name, "su {o:$1|$2} de trabajo")
                .replaceFirst("\\b(?:el|la) ((?!pueblo )\\p{L}+(?: de \\p{L}+| natal)?) de " + name + "(?=[ ,.])", "su $1")
                .replaceFirst("(\\{pertenece\\|pertenecía\\}) a " + name, "le $1")
                .replaceFirst("(\\{tiene\\|tenía\\}) por \\{role\\} a " + name, lo + "$1 por {role}")
                .replaceFirst(VERB + "|contrataron|incorporó|unió) a " + name + "(?! a )", lo + "$1")
                .replaceFirst("\\b(con|por) " + name, "$1 " + el)
                .replaceFirst("(\\{posee\\|poseía\\}|\\{habita\\|habitaba\\}|\\{vive\\|vivía\\}|nació|\\{tiene\\|tenía\\}) " + name, "$1");
    }
}
