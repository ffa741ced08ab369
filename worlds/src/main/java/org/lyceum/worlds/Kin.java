package org.lyceum.worlds;

/** The nouns of kinship: what the object of a relation is to its subject. */
enum Kin {
    PARENT("father", "mother", "padre", "madre"), SPOUSE("husband", "wife", "esposo", "esposa"), CHILD("son", "daughter", "hijo",
            "hija"), SIBLING("brother", "sister", "hermano", "hermana"), OLDER_SIBLING("older brother", "older sister", "hermano mayor",
                    "hermana mayor"), GRANDPARENT("grandfather", "grandmother", "abuelo", "abuela"), GRANDCHILD("grandson", "granddaughter",
                            "nieto", "nieta"), AUNT_OR_UNCLE("uncle", "aunt", "tío", "tía"), NIECE_OR_NEPHEW("nephew", "niece", "sobrino",
                                    "sobrina"), COUSIN("cousin", "cousin", "primo", "prima"), PARENT_IN_LAW("father-in-law",
                                            "mother-in-law", "suegro",
                                            "suegra"), ANCESTOR("ancestor", "ancestor", "antepasado", "antepasada");

    private final String[] nouns;

    Kin(String... nouns) {
        this.nouns = nouns;
    }

    static Kin of(Relation relation) {
        return valueOf(relation.name());
    }

    /** The noun of somebody of that gender. */
    String noun(Language language, Gender gender) {
        return nouns[language.ordinal() * 2 + gender.ordinal()];
    }

    /** The same with the indefinite article of English. */
    static String withArticle(String noun) {
        return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
    }
}
