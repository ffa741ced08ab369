package org.lyceum.worlds;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** How questions are worded: what each relation asks, and who is spoken of by way of somebody else. */
final class Wording {
    private static final Map<Relation, String[]> ASK = Map.ofEntries(
            Map.entry(Relation.LIVES_IN, new String[]{"In which town does * live?", "¿En qué pueblo vive *?"}),
            Map.entry(Relation.LIVES_IN_COUNTRY, new String[]{"In which country does * live?", "¿En qué país vive *?"}),
            Map.entry(Relation.WORKS_AS, new String[]{"What job does * have?", "¿Qué trabajo tiene *?"}),
            Map.entry(Relation.WORKS_AT, new String[]{"In which building does * work?", "¿En qué edificio trabaja *?"}),
            Map.entry(Relation.WORKS_IN_TOWN, new String[]{"In which town does * work?", "¿En qué pueblo trabaja *?"}),
            Map.entry(Relation.BORN_IN, new String[]{"In which town was * born?", "¿En qué pueblo nació *?"}),
            Map.entry(Relation.BORN_IN_YEAR, new String[]{"In which year was * born?", "¿En qué año nació *?"}),
            Map.entry(Relation.OWNED_BY, new String[]{"Who owns *?", "¿De quién es *?"}),
            Map.entry(Relation.CARRIED_BY, new String[]{"Who carries *?", "¿Quién lleva *?"}),
            Map.entry(Relation.KEPT_IN, new String[]{"In which building is * kept?", "¿En qué edificio se guarda *?"}),
            Map.entry(Relation.THING_IN_TOWN, new String[]{"In which town is *?", "¿En qué pueblo está *?"}),
            Map.entry(Relation.TOWN_IN, new String[]{"In which country is *?", "¿En qué país está *?"}),
            Map.entry(Relation.BUILDING_IN, new String[]{"In which town is *?", "¿En qué pueblo está *?"}));
    private static final Map<Relation, String[]> COUNT = Map.of(
            Relation.CHILD, new String[]{"How many children does * have?", "¿Cuántos hijos tiene *?"},
            Relation.SIBLING, new String[]{"How many siblings does * have?", "¿Cuántos hermanos tiene *?"},
            Relation.GRANDCHILD, new String[]{"How many grandchildren does * have?", "¿Cuántos nietos tiene *?"},
            Relation.COUSIN, new String[]{"How many cousins does * have?", "¿Cuántos primos tiene *?"},
            Relation.COLLEAGUE, new String[]{"How many colleagues does * have?", "¿Cuántos compañeros de trabajo tiene *?"});
    private static final String[] LIVED = {"In which town did * live in #?", "¿En qué pueblo vivía * en #?"};

    private Wording() {
    }

    /** The relations other than kinship that can be asked about. */
    static Set<Relation> asked() {
        return ASK.keySet();
    }

    /** The relations whose objects can be counted. */
    static Set<Relation> counted() {
        return COUNT.keySet();
    }

    /** Asks for the object of {@code relation}, of that gender if it is a kinship. */
    static String ask(Relation relation, String subject, Gender object, Language language) {
        var words = ASK.get(relation);
        if (words != null) {
            return contracted(words[language.ordinal()].replace("*", subject), language);
        }
        return contracted((language == Language.EN ? "Who is *?" : "¿Quién es *?").replace("*", by(relation, subject, object, language)),
                language);
    }

    /** Asks how many objects there are. */
    static String count(Relation relation, String subject, Language language) {
        var words = COUNT.get(relation);
        if (words == null) {
            throw new IllegalArgumentException(relation + " is not counted");
        }
        return contracted(words[language.ordinal()].replace("*", subject), language);
    }

    /** Asks where somebody lived. */
    static String lived(String subject, int year, Language language) {
        return LIVED[language.ordinal()].replace("*", subject).replace("#", String.valueOf(year));
    }

    /** Asks for the sum of two ages in a year, or for what lies between them. */
    static String ages(boolean sum, String a, String b, int year, Language language) {
        var words = switch (language) {
            case EN -> sum ? "What was the sum of the ages of %s and %s in %d?" : "How many years lay between the ages of %s and %s in %d?";
            case ES -> sum ? "¿Cuánto sumaban las edades de %s y %s en %d?" : "¿Cuántos años de diferencia había entre %s y %s en %d?";
        };
        return contracted(words.formatted(a, b, year), language);
    }

    /** That what was shown has no answer. */
    static String notSaid(Language language) {
        return language == Language.EN ? "The text does not say." : "El texto no lo dice.";
    }

    /** The names of sources of a town. */
    static List<String> sources(String town, Language language) {
        return switch (language) {
            case EN -> List.of("the " + town + " Gazette", "the " + town + " Herald", "the Register of " + town, "the Almanac of " + town);
            case ES -> List.of("la Gaceta de " + town, "el Heraldo de " + town, "el Registro de " + town, "el Almanaque de " + town);
        };
    }

    /** Which source wins. */
    static String policy(View.Policy policy, String trusted, Language language) {
        return switch (policy) {
            case NEWEST ->
                language == Language.EN ? "Where sources differ, the newest is right." : "Si las fuentes difieren, vale la más reciente.";
            case TRUSTED -> (language == Language.EN ? "Where sources differ, * is right." : "Si las fuentes difieren, vale lo que dice *.")
                    .replace("*", trusted);
            case MAJORITY -> language == Language.EN
                    ? "Where sources differ, what most of them say is right."
                    : "Si las fuentes difieren, vale lo que dice la mayoría.";
            case FIRST ->
                language == Language.EN ? "Where sources differ, the first is right." : "Si las fuentes difieren, vale la primera.";
            case NONE -> "";
        };
    }

    /** {@code the mother of Ana}. */
    static String by(Relation relation, String subject, Gender object, Language language) {
        var noun = Kin.of(relation).noun(language, object);
        return language == Language.EN
                ? "the " + noun + " of " + subject
                : (object == Gender.MASCULINE ? "el " : "la ") + noun + " de " + subject;
    }

    private static String contracted(String text, Language language) {
        return language == Language.ES ? text.replace(" de el ", " del ").replace(" a el ", " al ").replace(" y I", " e I") : text;
    }
}
